import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simpleQueryMessage, WireReader, type WireRequest } from "#server/db/embedded-wire";

function message(type: string, body: Buffer | string): Buffer {
  const content = Buffer.from(body);
  const header = Buffer.from([type.charCodeAt(0), 0, 0, 0, 0]);
  header.writeInt32BE(4 + content.length, 1);
  return Buffer.concat([header, content]);
}

function startup(code: number): Buffer {
  const packet = Buffer.alloc(8);
  packet.writeInt32BE(8, 0);
  packet.writeInt32BE(code, 4);
  return packet;
}

const sync = message("S", "");
const bind = (statement: string) => message("B", Buffer.from(`\0${statement}\0\0\0\0\0\0\0`));
const conversation = Buffer.concat([
  startup(80_877_103),
  startup(196_608),
  simpleQueryMessage("SELECT 'ä'"),
  message("P", "\0SELECT $1\0\0\0"),
  bind(""),
  message("E", "\0\0\0\0\0"),
  sync,
  message("P", "named\0SELECT 1\0\0\0"),
  message("D", "Snamed\0"),
  bind("named"),
  message("H", ""),
  message("C", "Snamed\0"),
  sync,
  message("X", ""),
]);

function read(parts: Buffer[]): WireRequest[] {
  const reader = new WireReader("c7_");
  return parts.flatMap((part) => reader.push(part));
}

const text = (request: WireRequest | undefined) =>
  request && "message" in request ? Buffer.from(request.message).toString("latin1") : "";

describe("the reader of a client's messages", () => {
  it("hands on whole batches: a simple query, or everything up to a Sync or a Flush", () => {
    const requests = read([conversation]);
    expect(requests.map(({ kind }) => kind)).toEqual([
      "encryption",
      "startup",
      "batch",
      "batch",
      "batch",
      "batch",
      "end",
    ]);
    expect(requests[2]).toMatchObject({ settled: true, simpleQuery: "SELECT 'ä'" });
    expect(requests[3]).toMatchObject({ settled: true, simpleQuery: null });
    expect(requests[4]).toMatchObject({ settled: false });
    expect(text(requests[3])).toBe(
      Buffer.concat([message("P", "\0SELECT $1\0\0\0"), bind(""), message("E", "\0\0\0\0\0"), sync]).toString("latin1"),
    );
  });

  it("makes statement names the client's own, in every message that carries one, and leaves the unnamed one", () => {
    const requests = read([conversation]);
    expect(text(requests[4])).toBe(
      Buffer.concat([
        message("P", "c7_named\0SELECT 1\0\0\0"),
        message("D", "Sc7_named\0"),
        bind("c7_named"),
        message("H", ""),
      ]).toString("latin1"),
    );
    expect(text(requests[5])).toBe(Buffer.concat([message("C", "Sc7_named\0"), sync]).toString("latin1"));
  });

  it("does not care how the socket cuts the bytes", () => {
    const whole = read([conversation]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: conversation.length }), { maxLength: 30 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), conversation.length];
        const parts = at.slice(1).map((end, index) => conversation.subarray(at[index], end));
        expect(read(parts)).toEqual(whole);
      }),
    );
  });

  it("ends at a cancel request, which names no batch", () => {
    expect(read([startup(80_877_102)])).toEqual([{ kind: "end" }]);
  });
});
