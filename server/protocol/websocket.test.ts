import { describe, expect, it } from "vitest";
import { continuedFrom, parseCreateMessage, streamIdOf, writeErrorEnvelope } from "#server/protocol/websocket";

const parse = (message: unknown) => parseCreateMessage(message, "default");
const create = (fields: object = {}) => ({ type: "response.create", model: "m", input: "Hi", ...fields });

describe("a message of a client", () => {
  it("is the body of a POST, without what only a WebSocket has", () => {
    const message = create({ stream_id: "a", generate: true, foo: 1 });
    expect(parse(message)).toEqual({ body: { model: "m", input: "Hi", foo: 1 }, generate: true });
    expect(streamIdOf(message)).toBe("a");
  });

  it("may ask to prepare only, then also without input", () => {
    expect(parse(create({ generate: false }))).toMatchObject({ generate: false, body: { input: "Hi" } });
    expect(parse({ type: "response.create", generate: false })).toEqual({
      body: { input: [] },
      generate: false,
    });
    expect(parse(create({ generate: null })).generate).toBe(true);
  });

  const refusal = (field: string) =>
    expect.objectContaining({ code: "unsupported_parameter", param: field, message: expect.stringContaining(field) });

  it.each(["stream", "stream_options", "background"])(
    "may not carry %s in Open Responses, whatever its value",
    (field) => {
      for (const value of [true, false, null, {}]) {
        expect(() => parseCreateMessage(create({ [field]: value }), "strict")).toThrow(refusal(field));
      }
    },
  );

  it("may say to OpenAI's API only what happens anyway", () => {
    const body = { model: "m", input: "Hi", stream: true, stream_options: {} };
    expect(parse({ type: "response.create", ...body }).body).toEqual(body);
    for (const fields of [{ stream: false }, { stream: null }, { stream_options: null }]) {
      expect(() => parse(create(fields))).toThrow(refusal(Object.keys(fields)[0] ?? ""));
    }
    for (const background of [true, false, null])
      expect(() => parse(create({ background }))).toThrow(refusal("background"));
  });

  it.each([
    ["another type", create({ type: "response.steer" }), "type", "response.create"],
    ["no type", { input: "Hi" }, "type", "Missing"],
    ["a list", [create()], null, "JSON object"],
    ["a string", "response.create", null, "JSON object"],
    ["null", null, null, "JSON object"],
    ["generate of another type", create({ generate: "no" }), "generate", "boolean"],
    ["a lane of another type", create({ stream_id: 7 }), "stream_id", "string"],
    ["an endless lane", create({ stream_id: "x".repeat(257) }), "stream_id", "256"],
  ])("is refused as %s, saying what is allowed", (...[, message, param, says]) => {
    expect(() => parse(message)).toThrow(
      expect.objectContaining({ name: "AppError", param, message: expect.stringContaining(says) }),
    );
  });

  it("tells its lane and what it continues also when it is wrong otherwise", () => {
    const message = { stream: 1, stream_id: "lane", previous_response_id: "resp_1" };
    expect([streamIdOf(message), continuedFrom(message)]).toEqual(["lane", "resp_1"]);
    for (const nothing of [null, "x", [], {}, { stream_id: "", previous_response_id: 7 }]) {
      expect([streamIdOf(nothing), continuedFrom(nothing)]).toEqual([null, null]);
    }
  });
});

it("names an error's type as the dialect does, and keeps its code and headers", () => {
  const error = { type: "invalid_request_error", code: "x", message: "m", param: null, headers: { a: "b" } };
  expect(writeErrorEnvelope("default", { status: 400, error })).toEqual({ type: "error", status: 400, error });
  expect(writeErrorEnvelope("strict", { status: 400, error })).toEqual({
    type: "error",
    status: 400,
    error: { ...error, type: "invalid_request" },
  });
});
