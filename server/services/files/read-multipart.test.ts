import { describe, expect, it } from "vitest";
import { readMultipart, type UploadForm } from "#server/services/files/read-multipart";

const BOUNDARY = "b0undary";
const encoder = new TextEncoder();

interface Sent {
  form: Promise<UploadForm>;
  /** What the store took. */
  stored: () => string;
  /** Pieces that were asked of the sender. */
  pulled: () => number;
}

/** Sends pieces of a body, one at a time as they are asked for. */
function send(
  pieces: Iterable<string>,
  options: { limit?: number; signal?: AbortSignal; contentLength?: number } = {},
): Sent {
  let stored = "";
  let pulled = 0;
  async function* body() {
    for (const piece of pieces) {
      pulled++;
      yield encoder.encode(piece);
    }
  }
  const form = readMultipart({
    contentType: `multipart/form-data; boundary=${BOUNDARY}`,
    contentLength: options.contentLength ?? null,
    body: body(),
    field: "file",
    maxBytes: options.limit ?? 1000,
    signal: options.signal ?? new AbortController().signal,
    store: async (source, signal) => {
      for await (const part of source) {
        signal.throwIfAborted();
        stored += Buffer.from(part).toString();
      }
      signal.throwIfAborted();
      return { bytes: stored.length, sha256: "x" };
    },
  });
  return { form, stored: () => stored, pulled: () => pulled };
}

const head = (disposition: string) => `--${BOUNDARY}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`;
const field = (name: string, value: string) => `${head(`name="${name}"`)}${value}\r\n`;
const file = (content: string, filename = "a.txt", name = "file") =>
  `${head(`name="${name}"; filename="${filename}"`)}${content}\r\n`;
const end = `--${BOUNDARY}--\r\n`;

function* endless(): Generator<string> {
  yield head('name="file"; filename="big"');
  for (;;) yield "x".repeat(64);
}

describe("readMultipart", () => {
  it("reads fields before and after the file, nested ones as objects", async () => {
    const { form, stored } = send([
      field("purpose", "assistants"),
      file("content"),
      field("expires_after[anchor]", "created_at"),
      field("expires_after[seconds]", "3600"),
      end,
    ]);
    expect(await form).toEqual({
      fields: { purpose: "assistants", expires_after: { anchor: "created_at", seconds: "3600" } },
      file: { filename: "a.txt", mediaType: "text/plain", bytes: 7, sha256: "x" },
    });
    expect(stored()).toBe("content");
  });

  it("stops reading a body that goes on beyond the limit", async () => {
    const { form, stored, pulled } = send(endless(), { limit: 1000 });
    await expect(form).rejects.toMatchObject({ code: "payload_too_large", param: "file" });
    expect(stored().length).toBeLessThanOrEqual(1001);
    // Whatever the streams between had already asked for, and no more.
    expect(pulled()).toBeLessThan(5000);
  });

  it("takes a file of exactly the limit", async () => {
    const { form } = send([file("x".repeat(1000)), end], { limit: 1000 });
    expect((await form).file.bytes).toBe(1000);
    await expect(send([file("x".repeat(1001)), end], { limit: 1000 }).form).rejects.toMatchObject({
      code: "payload_too_large",
    });
  });

  it("reads nothing of a body that announces itself too large", async () => {
    const { form, pulled } = send(endless(), { contentLength: 10_000_000 });
    await expect(form).rejects.toMatchObject({ code: "payload_too_large" });
    expect(pulled()).toBe(0);
  });

  it.each([
    ["no file", [field("purpose", "x"), end], "missing_required_parameter"],
    ["two files", [file("one"), file("two"), end], "invalid_request"],
    ["a body that breaks off in the file", [head('name="file"; filename="a"'), "half"], "invalid_request"],
    ["a body that breaks off after it", [file("whole")], "invalid_request"],
    ["a field without end", [field("purpose", "x".repeat(20_000)), file("a"), end], "string_above_max_length"],
  ])("refuses %s", async (_name, pieces, code) => {
    await expect(send(pieces).form).rejects.toMatchObject({ code });
  });

  it("passes over files in other fields and dangerous names", async () => {
    const { form } = send([file("ignored", "b.txt", "other"), field("__proto__[polluted]", "1"), file("kept"), end]);
    const { fields, file: kept } = await form;
    expect(kept.bytes).toBe(4);
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  it.each([
    ["../../etc/passwd", "passwd"],
    ["C:\\\\dir\\\\x.doc", "x.doc"],
    ["Übersicht.pdf", "Übersicht.pdf"],
    ["...", "..."],
  ])("keeps of the name %j only %j", async (sent, kept) => {
    expect((await send([file("x", sent), end]).form).file.filename).toBe(kept);
  });

  it("stops with the caller's reason", async () => {
    const controller = new AbortController();
    const { form } = send(
      (function* () {
        yield head('name="file"; filename="a"');
        controller.abort(new Error("gone"));
        yield* endless();
      })(),
      { signal: controller.signal },
    );
    await expect(form).rejects.toThrow("gone");
  });

  it("refuses what is no form", async () => {
    for (const contentType of ["application/json", "multipart/form-data", ""]) {
      const reading = readMultipart({
        contentType,
        contentLength: null,
        body: (async function* () {})(),
        field: "file",
        maxBytes: 1000,
        signal: new AbortController().signal,
        store: async () => ({ bytes: 0, sha256: "" }),
      });
      await expect(reading).rejects.toMatchObject({ code: "invalid_request" });
    }
  });
});
