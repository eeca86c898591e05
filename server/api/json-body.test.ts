import { expect, it } from "vitest";
import { readJsonBody } from "#server/api/json-body";

function read(body: BodyInit | null, options: { maxBytes?: number; headers?: Record<string, string> } = {}) {
  const raw = new Request("http://localhost/", { method: "POST", body, headers: options.headers ?? {} });
  const seen: number[] = [];
  const parsed = readJsonBody({
    raw,
    incoming: null,
    maxBytes: options.maxBytes ?? 1000,
    onBytes: (count) => void seen.push(count),
  });
  return { parsed, seen };
}

it.each([
  ['{"a":"ü"}', { a: "ü" }],
  ["[1]", [1]],
  ["", {}],
  ["  \n", {}],
])("reads %j", async (text, value) => {
  expect(await read(text).parsed).toEqual(value);
});

it("counts the bytes before it keeps them", async () => {
  const { parsed, seen } = read('{"a":"ü"}');
  await parsed;
  expect(seen.reduce((sum, count) => sum + count, 0)).toBe(10);
});

it("refuses what announces itself as too large without reading it", async () => {
  const { parsed, seen } = read("{}", { maxBytes: 10, headers: { "content-length": "11" } });
  await expect(parsed).rejects.toMatchObject({ code: "payload_too_large" });
  expect(seen).toEqual([]);
});

it("refuses what turns out too large", async () => {
  await expect(read(`"${"x".repeat(20)}"`, { maxBytes: 10 }).parsed).rejects.toMatchObject({
    code: "payload_too_large",
  });
});

it("says where JSON is broken but not what stands there", async () => {
  const error = await read('{"secret": oops}').parsed.catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: "invalid_json", message: expect.stringContaining("not valid JSON") });
  expect(String(error)).not.toContain("oops");
});

it.each([
  ["a byte of Latin-1", Buffer.from('{"a":"\u00fc"}', "latin1")],
  ["a character that is cut", Buffer.from('{"a":"\u00fc').subarray(0, -1)],
  ["half of a surrogate pair", Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
])("refuses what is not UTF-8: %s", async (_name, body) => {
  await expect(read(body).parsed).rejects.toMatchObject({
    code: "invalid_json",
    message: expect.stringContaining("UTF-8"),
  });
});

it.each([1_000, 1_000_000])("refuses %d levels of nesting wherever they stand", async (levels) => {
  const deep = "[".repeat(levels) + "]".repeat(levels);
  const options = { maxBytes: 10_000_000 };
  for (const body of [deep, `{"tools":[{"parameters":{"a":${deep}}}]}`]) {
    await expect(read(body, options).parsed).rejects.toMatchObject({
      code: "invalid_value",
      message: "The request body is nested too deeply: at most 512 levels are allowed.",
    });
  }
  expect(await read(`${"[".repeat(512)}${"]".repeat(512)}`, options).parsed).toHaveLength(1);
});
