import { describe, expect, it } from "vitest";
import { SseParser } from "#server/providers/shared/sse-parser";

function parse(...chunks: (string | Buffer)[]): string[] {
  const parser = new SseParser();
  const events = chunks.flatMap((chunk) => parser.push(Buffer.from(chunk)));
  return [...events, ...parser.finish()];
}

describe("SseParser", () => {
  it("reads events at every possible cut, also inside a character", () => {
    const bytes = Buffer.from(': hi\n\nevent: x\ndata: {"a":"wörld 🌍"}\n\ndata:two\r\n\r\ndata: [DONE]\n\n');
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(parse(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(['{"a":"wörld 🌍"}', "two", "[DONE]"]);
    }
    const single = [...bytes].map((byte) => Buffer.from([byte]));
    expect(parse(...single)).toEqual(['{"a":"wörld 🌍"}', "two", "[DONE]"]);
  });

  it("joins the data lines of one event", () => {
    expect(parse('data: {\ndata: "a":1}\n\n')).toEqual(['{\n"a":1}']);
  });

  it("hands out what a stream without its last blank line still held", () => {
    expect(parse("data: one\n\ndata: two")).toEqual(["one", "two"]);
    expect(parse("data: one\n\ndata: two\n")).toEqual(["one", "two"]);
  });

  it("ignores comments, other fields and empty events", () => {
    expect(parse(": ping\n\nid: 7\nretry: 1\n\nevent: only\n\ndata\n\n")).toEqual([]);
  });

  it("refuses a line without end", () => {
    const parser = new SseParser();
    const chunk = Buffer.alloc(9 * 1024 * 1024, "x");
    parser.push(chunk);
    expect(() => parser.push(chunk)).toThrow(RangeError);
  });
});
