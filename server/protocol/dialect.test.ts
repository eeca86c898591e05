import { describe, expect, test } from "vitest";
import { dialectOf, writeEvent, writeItem, writeResponse } from "#server/protocol/dialect";
import { toErrorBody } from "#server/protocol/error";
import type { ResponseEvent } from "#server/protocol/events";
import type { FileSearchCallItem, MessageItem, ReasoningItem } from "#server/protocol/items";
import { parseCreateResponse } from "#server/protocol/request";
import { openResponse, type ResponseResource } from "#server/protocol/response";

const view = { include: [], baseUrl: "https://host" };
const search: FileSearchCallItem = {
  type: "file_search_call",
  id: "fs_1",
  status: "completed",
  queries: ["q"],
  results: [{ file_id: "file-1", filename: "a.md", text: "t", score: 1, attributes: {} }],
};
const message: MessageItem = {
  type: "message",
  id: "msg_1",
  status: "completed",
  role: "assistant",
  content: [
    {
      type: "output_text",
      text: "So.",
      logprobs: [],
      annotations: [{ type: "file_citation", file_id: "file-1", filename: "a.md", index: 2 }],
    },
  ],
};
const reasoning: ReasoningItem = {
  type: "reasoning",
  id: "rs_1",
  status: "completed",
  summary: [],
  encrypted_content: "x",
};

function response(body: Record<string, unknown> = {}, output: ResponseResource["output"] = []): ResponseResource {
  const request = parseCreateResponse({ input: "hi", ...body });
  return { ...openResponse({ id: "resp_1", createdAt: 1, model: "m", request }), output };
}

const citation = {
  type: "url_citation",
  url: "https://host/v1/files/file-1/content",
  title: "a.md",
  start_index: 2,
  end_index: 2,
};

test.each([
  [null, "default"],
  ["", "default"],
  ["latest", "strict"],
  ["2026-04-24", "strict"],
  [" latest ", "strict"],
  ["newest", "default"],
] as const)("the version header %j asks for the %s dialect", (header, dialect) => {
  expect(dialectOf(header)).toBe(dialect);
});

describe("the default dialect", () => {
  test("writes deltas and plain items as they are: the same object", () => {
    const delta: ResponseEvent = {
      type: "response.output_text.delta",
      item_id: "msg_1",
      output_index: 0,
      content_index: 0,
      delta: "a",
      logprobs: [],
    };
    const plain = response({}, [message]);
    expect(writeEvent("default", delta, view)).toBe(delta);
    expect(writeItem("default", message, view)).toBe(message);
    expect(writeResponse("default", plain, view)).toBe(plain);
  });

  test("shows results and encrypted reasoning only to who asked", () => {
    const whole = response({}, [reasoning, search]);
    const done: ResponseEvent = { type: "response.output_item.done", output_index: 1, item: search };
    const completed: ResponseEvent = { type: "response.completed", response: whole };
    expect(writeEvent("default", done, view)).toMatchObject({ item: { results: null } });
    expect(writeEvent("default", completed, view)).toMatchObject({
      response: { output: [{ type: "reasoning" }, { results: null }] },
    });
    expect(writeItem("default", reasoning, view)).not.toHaveProperty("encrypted_content");
    const all = { ...view, include: ["file_search_call.results", "reasoning.encrypted_content"] as const };
    expect(writeEvent("default", done, { ...all, include: [...all.include] })).toBe(done);
    expect(writeEvent("default", completed, { ...all, include: [...all.include] })).toBe(completed);
    expect(search.results).toHaveLength(1);
  });
});

describe("the strict dialect", () => {
  test.each<[ResponseEvent, object]>([
    [
      { type: "response.file_search_call.searching", item_id: "fs_1", output_index: 0 },
      { type: "openai:response.file_search_call.searching" },
    ],
    [
      { type: "response.reasoning_text.delta", item_id: "rs_1", output_index: 0, content_index: 0, delta: "a" },
      { type: "response.reasoning.delta", delta: "a" },
    ],
    [
      { type: "response.reasoning_text.done", item_id: "rs_1", output_index: 0, content_index: 0, text: "a" },
      { type: "response.reasoning.done", text: "a" },
    ],
    [
      { type: "response.output_item.done", output_index: 0, item: search },
      { item: { type: "openai:file_search_call", results: null } },
    ],
    [
      {
        type: "response.output_text.annotation.added",
        item_id: "msg_1",
        output_index: 0,
        content_index: 0,
        annotation_index: 0,
        annotation: { type: "file_citation", file_id: "file-1", filename: "a.md", index: 2 },
      },
      { annotation: citation },
    ],
    [
      {
        type: "error",
        error: { type: "invalid_request_error", code: "x", message: "m", param: null },
        code: "x",
        message: "m",
        param: null,
      },
      { type: "error", error: { type: "invalid_request", code: "x", message: "m", param: null }, code: "x" },
    ],
  ])("of %j", (event, expected) => {
    expect(writeEvent("strict", event, view)).toMatchObject(expected);
  });

  test("of a response: prefixes, citations, efforts and formats", () => {
    const body = {
      tools: [
        { type: "function", name: "f" },
        { type: "file_search", vector_store_ids: ["vs_1"] },
      ],
      tool_choice: { type: "allowed_tools", tools: [{ type: "file_search" }, { type: "function", name: "f" }] },
      reasoning: { effort: "minimal" },
      text: { format: { type: "json_schema", name: "n", schema: { type: "object" }, strict: true } },
    };
    expect(writeResponse("strict", response(body, [search, message]), view)).toMatchObject({
      tools: [{ type: "function" }, { type: "openai:file_search", vector_store_ids: ["vs_1"] }],
      tool_choice: {
        type: "allowed_tools",
        mode: "auto",
        tools: [{ type: "openai:file_search" }, { type: "function", name: "f" }],
      },
      reasoning: { effort: "low", summary: null },
      text: { format: { type: "json_schema", name: "n", description: null, schema: null, strict: true } },
      output: [{ type: "openai:file_search_call" }, { content: [{ annotations: [citation] }] }],
    });
  });

  test("changes nothing of the neutral form", () => {
    const whole = response({}, [search, message]);
    const before = structuredClone(whole);
    writeResponse("strict", whole, view);
    expect(whole).toEqual(before);
  });
});

test("a response has all 31 keys, with the values in force", () => {
  const bare = response();
  expect(Object.keys(bare)).toHaveLength(31);
  expect(bare).toMatchObject({
    temperature: 1,
    top_p: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    top_logprobs: 0,
    truncation: "disabled",
    parallel_tool_calls: true,
    tool_choice: "auto",
    tools: [],
    service_tier: "default",
    store: true,
    background: false,
    metadata: {},
    text: { format: { type: "text" }, verbosity: "medium" },
    reasoning: { effort: null, summary: null },
    usage: null,
  });
  expect(response({ user: "u1" }).user).toBe("u1");
});

test.each([
  [{ type: "invalid_request_error", code: "invalid_value" }, "invalid_request"],
  [{ type: "invalid_request_error", code: "model_not_found" }, "not_found"],
  [{ type: "rate_limit_error", code: "rate_limit_exceeded" }, "too_many_requests"],
  [{ type: "server_error", code: "provider_error" }, "model_error"],
  [{ type: "server_error", code: "internal_error" }, "server_error"],
])("the error %j is a %s in the strict dialect, and itself in the default one", (error, strict) => {
  const wire = { ...error, message: "m", param: null };
  expect(toErrorBody(wire, "strict").error.type).toBe(strict);
  expect(toErrorBody(wire, "default").error).toBe(wire);
});

describe("what a vendor's tools bring", () => {
  const call = {
    type: "web_search_call" as const,
    id: "ws_1",
    status: "completed",
    action: { type: "search", query: "cats" },
    upstream: { host: "api.openai.com", id: "ws_theirs" },
  };
  const wire = (dialect: "default" | "strict") => JSON.parse(JSON.stringify(writeItem(dialect, call, view)));

  test("is shown with all its fields, but not with the vendor's id", () => {
    const { upstream: _, ...shown } = call;
    expect(wire("default")).toEqual(shown);
    expect(wire("strict")).toEqual({ ...shown, type: "openai:web_search_call" });
    const event: ResponseEvent = { type: "response.output_item.added", output_index: 0, item: call };
    expect(JSON.stringify(writeEvent("default", event, view))).not.toContain("theirs");
  });

  test("sends events with the vendor's prefix in the strict dialect", () => {
    const event = {
      type: "response.code_interpreter_call_code.delta",
      item_id: "ci_1",
      output_index: 0,
      delta: "x",
    } as const;
    expect(writeEvent("default", event, view)).toBe(event);
    expect(writeEvent("strict", event, view)).toEqual({ ...event, type: `openai:${event.type}` });
  });

  test("echoes tools without the credentials they carry", () => {
    const tools = [
      { type: "mcp", server_label: "a", server_url: "https://a/?k=v", authorization: "token", headers: { x: "y" } },
    ];
    expect(response({ tools }).tools).toEqual([
      { type: "mcp", server_label: "a", server_url: "https://a/?k=[redacted]", headers: null },
    ]);
  });
});

describe("obfuscation", () => {
  const delta = (text: string): ResponseEvent => ({
    type: "response.output_text.delta",
    item_id: "m",
    output_index: 0,
    content_index: 0,
    delta: text,
    logprobs: [],
  });

  test.each(["", "a", "fifteen letters", "sixteen letters.", "more than sixteen letters"])("fills %j up", (text) => {
    const written: Record<string, unknown> = { ...writeEvent("default", delta(text), { ...view, obfuscation: true }) };
    expect((text.length + String(written.obfuscation).length) % 16).toBe(0);
  });

  test("is only for deltas, and only where it was not declined", () => {
    expect(writeEvent("default", delta("a"), view)).not.toHaveProperty("obfuscation");
    expect(writeEvent("strict", delta("a"), { ...view, obfuscation: true })).toHaveProperty("obfuscation");
    const done: ResponseEvent = { type: "response.output_item.done", output_index: 0, item: message };
    expect(writeEvent("default", done, { ...view, obfuscation: true })).toBe(done);
    expect(parseCreateResponse({ input: "hi" }).obfuscation).toBe(true);
    expect(parseCreateResponse({ input: "hi", stream_options: { include_obfuscation: false } }).obfuscation).toBe(
      false,
    );
  });
});
