import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { writeResponse } from "#server/protocol/dialect";
import type { MessageItem } from "#server/protocol/items";
import { type Json, list, record } from "#server/protocol/json-values";
import { parseCreateResponse } from "#server/protocol/request";
import { openResponse, type ResponseResource } from "#server/protocol/response";
import type { WireEvent } from "#server/protocol/stream-rules";
import { hasReference } from "#tests/support/captures";
import { eventSchema, violations } from "#tests/support/contract-schemas";
import { PIXEL } from "#tests/support/images";
import { eventsOf, postResponse } from "#tests/support/scripted-team";
import { createTeam, type TestTeam } from "#tests/support/server";
import { openSocket, responseOf, type TestSocket } from "#tests/support/websocket-client";

// What the compliance suite of Open Responses asks of a server, case by case, against the built-in demo model.
const server = inject("server");
const MODEL = "builtin/demo";
const STRICT = { "openresponses-version": "latest" };

let team: TestTeam;
const sockets: TestSocket[] = [];

beforeAll(async () => {
  team = await createTeam(server);
});
afterAll(async () => {
  await Promise.all(sockets.map((socket) => socket.close()));
});

/** Faults under the published schema; none where it is not at hand. */
function faults(schema: string, value: unknown): string[] {
  return hasReference ? violations("open-responses", schema, value) : [];
}

function expectGoodEvents(events: WireEvent[]): void {
  for (const event of events) {
    const schema = hasReference ? eventSchema("open-responses", event.type) : "";
    expect({ type: event.type, schema }).not.toMatchObject({ schema: null });
    if (schema) expect({ type: event.type, faults: faults(schema, event) }).toMatchObject({ faults: [] });
  }
}

function expectAnswer(response: Json): void {
  expect(faults("ResponseResource", response)).toEqual([]);
  expect(response.status).toBe("completed");
  expect(list(response.output)).not.toHaveLength(0);
}

async function post(body: Json): Promise<Json> {
  const answer = await postResponse({ server, key: team.key }, { model: MODEL, ...body }, { headers: STRICT });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain("application/json");
  return record(await answer.json());
}

async function connect(): Promise<TestSocket> {
  const socket = await openSocket(server, { key: team.key, strict: true });
  sockets.push(socket);
  return socket;
}

async function turn(socket: TestSocket, body: Json): Promise<WireEvent[]> {
  socket.create({ model: MODEL, store: false, ...body });
  return socket.turn();
}

/** A turn that must succeed. */
async function goodTurn(socket: TestSocket, body: Json): Promise<Json & { id: string }> {
  const events = await turn(socket, body);
  expectGoodEvents(events);
  const response = responseOf(events);
  expectAnswer(response);
  return response;
}

/** The error code of a turn that must fail, with one message. */
async function failedTurn(socket: TestSocket, body: Json): Promise<unknown> {
  const events = await turn(socket, body);
  expect(events).toHaveLength(1);
  expect(faults("WebSocketErrorEvent", events[0])).toEqual([]);
  return record(events[0]?.error).code;
}

const says = (role: string, content: unknown, more: Json = {}) => ({ type: "message", role, content, ...more });

describe("over HTTP", () => {
  it("basic-response", async () => {
    expectAnswer(await post({ input: [says("user", "Say hello in exactly 3 words.")] }));
  });

  it("assistant-phase", async () => {
    const input = [
      says("user", "How far is the moon?"),
      says("assistant", "I look it up.", { phase: "commentary" }),
      says("assistant", "384,400 km.", { phase: "final_answer" }),
      says("user", "And the sun?"),
    ];
    expectAnswer(await post({ input }));
  });

  it("response-output-phase-schema", () => {
    const request = parseCreateResponse({ input: "Hi" });
    const opening = openResponse({ id: "resp_1", createdAt: 1, model: MODEL, request });
    const usage = {
      input_tokens: 1,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: 1,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 2,
    };
    for (const phase of ["commentary", "final_answer"] as const) {
      const message: MessageItem = {
        type: "message",
        id: "msg_1",
        role: "assistant",
        status: "completed",
        content: [{ type: "output_text", text: "Done.", annotations: [], logprobs: [] }],
        phase,
      };
      const response: ResponseResource = { ...opening, status: "completed", completed_at: 2, output: [message], usage };
      const written = record(JSON.parse(JSON.stringify(writeResponse("strict", response))));
      expectAnswer(written);
      expect(list(written.output)[0]).toMatchObject({ phase });
    }
  });

  it("streaming-response", async () => {
    const body = { model: MODEL, input: [says("user", "Count from 1 to 5.")], stream: true };
    const answer = await postResponse({ server, key: team.key }, body, { headers: STRICT });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    const text = await answer.text();
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    const events = eventsOf(text);
    expectGoodEvents(events);
    expectAnswer(responseOf(events));
  });

  it("system-prompt", async () => {
    expectAnswer(await post({ input: [says("system", "You are a pirate."), says("user", "Say hello.")] }));
  });

  it("tool-calling", async () => {
    const parameters = { type: "object", properties: { location: { type: "string" } }, required: ["location"] };
    const response = await post({
      input: [says("user", "What's the weather like in San Francisco?")],
      tools: [{ type: "function", name: "get_weather", description: "Get the current weather", parameters }],
    });
    expectAnswer(response);
    expect(list(response.output).map((item) => record(item).type)).toContain("function_call");
    expect(list(response.tools)[0]).toMatchObject({ strict: expect.anything(), description: expect.any(String) });
  });

  it("image-input", async () => {
    const content = [
      { type: "input_text", text: "What do you see in this image?" },
      { type: "input_image", image_url: PIXEL },
    ];
    expectAnswer(await post({ input: [says("user", content)] }));
  });

  it("multi-turn", async () => {
    const input = [
      says("user", "My name is Alice."),
      says("assistant", "Hello Alice!"),
      says("user", "What is my name?"),
    ];
    expectAnswer(await post({ input }));
  });
});

/** Asks for a compaction; the model is left out where `model` is undefined. */
function compact(body: Json): Promise<Response> {
  return fetch(`${server.url}/v1/responses/compact`, {
    method: "POST",
    headers: { authorization: `Bearer ${team.key}`, "content-type": "application/json", ...STRICT },
    body: JSON.stringify(body),
  });
}

const ENDED_TALK = [
  says("user", "My favourite colour is teal."),
  says("assistant", "Noted: teal."),
  says("user", "And my favourite metal is copper."),
];

describe("compaction", () => {
  it("compact-response", async () => {
    const answer = await compact({ model: MODEL, input: ENDED_TALK, prompt_cache_key: "compliance" });
    expect(answer.status).toBe(200);
    const window = record(await answer.json());
    expect(faults("CompactResource", window)).toEqual([]);
    expect(window.object).toBe("response.compaction");
    expect(list(window.output).map((item) => record(item).type)).toContain("compaction");
  });

  it("compact-missing-model", async () => {
    const answer = await compact({ input: ENDED_TALK });
    expect([400, 422]).toContain(answer.status);
    expect(record(await answer.json())).toMatchObject({ error: { message: expect.stringContaining("model") } });
  });

  it("websocket-compact-new-chain", async () => {
    const parts = (type: string, text: string) => [
      { type, text, ...(type === "output_text" ? { annotations: [] } : {}) },
    ];
    const talk = [
      says("user", parts("input_text", "My favourite colour is teal.")),
      says("assistant", parts("output_text", "Noted: teal.")),
    ];
    const answer = await compact({ model: MODEL, input: talk });
    expect(answer.status).toBe(200);
    const { output } = record(await answer.json());
    const question = says("user", parts("input_text", "Which colour?"));
    await goodTurn(await connect(), { input: [...list(output), question], tools: [] });
  });
});

describe("over a WebSocket", () => {
  it("websocket-response", async () => {
    await goodTurn(await connect(), { input: [says("user", "Count from 1 to 5.")], store: true });
  });

  it("websocket-sequential-responses", async () => {
    const socket = await connect();
    const first = await goodTurn(socket, { input: "Say one." });
    const second = await goodTurn(socket, { input: "Say two." });
    expect(second.id).not.toBe(first.id);
  });

  it("websocket-continuation", async () => {
    const socket = await connect();
    const { id } = await goodTurn(socket, { input: "Remember the word: amber." });
    await goodTurn(socket, { previous_response_id: id, input: "Which word?" });
  });

  it("websocket-reconnect-store-false-recovery", async () => {
    const before = await connect();
    const { id } = await goodTurn(before, { input: "Remember the word: copper." });
    await before.close();
    const socket = await connect();
    const code = await failedTurn(socket, { previous_response_id: id, input: "Which word?" });
    expect(code).toBe("previous_response_not_found");
    await goodTurn(socket, { input: "Remember the word: copper. Which word?" });
  });

  it("websocket-previous-response-not-found", async () => {
    const code = await failedTurn(await connect(), { previous_response_id: "resp_missing", input: "Hello?" });
    expect(code).toBe("previous_response_not_found");
  });

  it("websocket-failed-continuation-evicts-cache", async () => {
    const socket = await connect();
    const { id } = await goodTurn(socket, { input: "Remember the word: ember." });
    const output = { type: "function_call_output", call_id: "call_nobody_made", output: "x" };
    expect(await failedTurn(socket, { previous_response_id: id, input: [output] })).toEqual(expect.any(String));
    const code = await failedTurn(socket, { previous_response_id: id, input: "Which word?" });
    expect(code).toBe("previous_response_not_found");
  });
});
