import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { type Json, list, record } from "#server/protocol/json-values";
import {
  addConnection,
  askResponse,
  createScriptedTeam,
  eventsOf,
  postResponse,
  type ScriptedTeam,
} from "#tests/support/scripted-team";
import { chatText, chatToolCalls, type UpstreamScript } from "#tests/support/scripted-upstream";
import { createTeam, query, type TestTeam } from "#tests/support/server";

const server = inject("server");
let team: ScriptedTeam;
let stranger: TestTeam;

beforeAll(async () => {
  [team, stranger] = await Promise.all([createScriptedTeam(server), createTeam(server)]);
  const connections = [
    { name: "native", kind: "openai-compatible", wire: "responses" },
    { name: "claude", kind: "anthropic", wire: "auto" },
    { name: "gemini", kind: "google", wire: "auto" },
  ];
  const { baseUrl } = team.upstream;
  for (const connection of connections) {
    await addConnection(server, team.teamId, { ...connection, baseUrl, apiKey: "key-of-the-vendor" });
  }
});
afterAll(() => team.close());
beforeEach(() => {
  team.upstream.requests.length = 0;
});

const fixture = (path: string) => readFileSync(resolve(import.meta.dirname, "../../server/providers", path), "utf8");
const playing =
  (text: string): UpstreamScript =>
  ({ sendRaw, end }) => {
    sendRaw(text);
    end();
  };
const answering =
  (output: object[]): UpstreamScript =>
  (exchange) =>
    exchange.json(200, { object: "response", status: "completed", model: "gpt-5-dated", output });
const saying = (text: string) =>
  answering([{ type: "message", id: "msg_up", content: [{ type: "output_text", text }] }]);

const post = (body: Json, key = team.key) => askResponse({ server, key }, body);

const sent = (index: number) => record(team.upstream.requests[index]?.body);
const outputOf = (answer: { body: Json }) => list(answer.body.output).map(record);

interface Vendor {
  name: string;
  model: string;
  /** Its answer, which it signs or encrypts. */
  answer: UpstreamScript;
  /** What of the answer must come back to it. */
  secret: string;
}

const geminiCall = {
  candidates: [
    {
      content: {
        role: "model",
        parts: [{ functionCall: { name: "look", args: {} }, thoughtSignature: "U0lHTkFUVVJF" }],
      },
      index: 0,
      finishReason: "STOP",
    },
  ],
};
const VENDORS: Vendor[] = [
  {
    name: "OpenAI",
    model: "native/gpt-5",
    answer: playing(fixture("openai-responses/__fixtures__/reasoning.sse")),
    secret: "gAAAwhole",
  },
  {
    name: "Anthropic",
    model: "claude/claude-sonnet-4-5",
    answer: playing(fixture("ai-sdk/__fixtures__/anthropic-reasoning.sse")),
    secret: "EqQBCgIYAhIM",
  },
  {
    name: "Google",
    model: "gemini/gemini-3-pro",
    answer: playing(`data: ${JSON.stringify(geminiCall)}\r\n\r\n`),
    secret: "U0lHTkFUVVJF",
  },
];
const LOOK = { type: "function", name: "look", parameters: { type: "object", properties: {} } };
const question = { role: "user", content: "What is 2 + 2?" };

describe.each(VENDORS)("reasoning that $name wants back", ({ model, answer, secret }) => {
  const first = { model, input: [question], tools: [LOOK], reasoning: { effort: "low" } };
  const unstored = { ...first, store: false, include: ["reasoning.encrypted_content"] };

  /** The items of a first answer and what the client adds to them. */
  async function nextInput(): Promise<Json[]> {
    team.upstream.script(answer);
    const output = outputOf(await post(unstored));
    const results = output
      .filter((item) => item.type === "function_call")
      .map((call) => ({ type: "function_call_output", call_id: call.call_id, output: "4" }));
    return [question, ...output, ...results, { role: "user", content: "Sure?" }];
  }

  it("travels sealed through a client that keeps the conversation itself", async () => {
    const input = await nextInput();
    const carried = JSON.stringify(input);
    expect(carried).toContain("encrypted_content");
    expect(carried).not.toContain(secret);
    team.upstream.script(answer);
    expect((await post({ ...unstored, input })).status).toBe(200);
    expect(JSON.stringify(sent(1))).toContain(secret);
  });

  it("is refused when it was altered, and from another team", async () => {
    const input = await nextInput();
    const altered = input.map((item) =>
      typeof item.encrypted_content === "string"
        ? { ...item, encrypted_content: item.encrypted_content.replace(/.(?=.{20}$)/, (c) => (c === "A" ? "B" : "A")) }
        : item,
    );
    const refused = {
      code: "invalid_encrypted_content",
      param: expect.stringMatching(/^input\[\d\]\.encrypted_content$/),
    };
    for (const [body, key] of [
      [{ ...unstored, input: altered }, team.key],
      [{ ...unstored, input, model: "builtin/echo" }, stranger.key],
    ] as const) {
      const answered = await post(body, key);
      expect(answered.status).toBe(400);
      expect(answered.body.error).toMatchObject(refused);
    }
    expect(team.upstream.requests).toHaveLength(1);
  });

  it("is kept, and not shown, where the server keeps the conversation", async () => {
    team.upstream.script(answer, answer);
    const stored = await post(first);
    expect(JSON.stringify(stored.body)).not.toMatch(new RegExp(`encrypted_content|${secret}`));
    const results = outputOf(stored)
      .filter((item) => item.type === "function_call")
      .map((call) => ({ type: "function_call_output", call_id: call.call_id, output: "4" }));
    const input = results.length > 0 ? results : "Sure?";
    await post({ ...first, input, previous_response_id: stored.body.id });
    expect(JSON.stringify(sent(1))).toContain(secret);
  });
});

describe("tools that the provider runs", () => {
  const mcp = {
    type: "mcp",
    server_label: "zip",
    server_url: "https://zip.example/mcp",
    authorization: "canary-token",
  };
  const approval = { id: "mcpr_theirs", type: "mcp_approval_request", name: "f", arguments: "{}", server_label: "zip" };

  it("pass through, with ids of ours outward and the provider's own towards it", async () => {
    team.upstream.script(answering([approval]), saying("Done."));
    const asked = await post({ model: "native/gpt-5", input: "Shorten it.", tools: [mcp] });
    expect(asked.body).toMatchObject({
      model: "native/gpt-5-dated",
      tools: [{ type: "mcp", server_label: "zip", server_url: "https://zip.example/mcp" }],
      output: [{ type: "mcp_approval_request", name: "f", id: expect.stringMatching(/^mcpr_(?!theirs)/) }],
    });
    expect(sent(0)).toMatchObject({ tools: [mcp], store: false });
    const [request] = outputOf(asked);
    const input = [{ type: "mcp_approval_response", approval_request_id: request?.id, approve: true }];
    await post({ model: "native/gpt-5", input, tools: [mcp], previous_response_id: asked.body.id });
    expect(list(sent(1).input).slice(1)).toMatchObject([
      { type: "mcp_approval_request", id: "mcpr_theirs" },
      { type: "mcp_approval_response", approval_request_id: "mcpr_theirs" },
    ]);
    const shown = await fetch(`${server.url}/v1/responses/${String(asked.body.id)}`, {
      headers: { authorization: `Bearer ${team.key}` },
    });
    expect(JSON.stringify([asked.body, await shown.json()])).not.toMatch(/canary|theirs|upstream/);
  });

  it("leave no credential in the database, also while a run waits in the background", async () => {
    team.upstream.script(saying("ok"), saying("ok"));
    await post({ model: "native/gpt-5", input: "hi", tools: [mcp] });
    await post({ model: "native/gpt-5", input: "hi", tools: [mcp], background: true });
    await expect.poll(() => team.upstream.requests.length).toBe(2);
    expect(sent(1)).toMatchObject({ tools: [mcp] });
    const traced = "SELECT body FROM trace_payload WHERE team_id = $1 AND body::text LIKE '%zip.example%'";
    await expect.poll(async () => (await query(server, traced, [team.teamId])).length).toBeGreaterThan(1);
    for (const table of ["response", "item", "background_run", "trace_payload", "response_event"]) {
      const rows = await query(server, `SELECT * FROM ${table} WHERE team_id = $1`, [team.teamId]);
      expect(JSON.stringify(rows)).not.toContain("canary");
    }
  });

  it("are refused before anything is asked where the provider runs none", async () => {
    const answer = await post({ model: team.model, input: "hi", tools: [{ type: "web_search" }] });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ type: "invalid_request_error", param: "tools[0].type" });
    expect(team.upstream.requests).toHaveLength(0);
  });
});

describe("custom tools", () => {
  const sql = { type: "custom", name: "sql", format: { type: "text" } };

  it("work through a provider that knows functions only", async () => {
    team.upstream.script(
      chatToolCalls([{ id: "c1", name: "sql", arguments: '{"input":"SELECT 1"}' }]),
      chatText("One."),
    );
    const called = await post({ model: team.model, input: "Count.", tools: [sql] });
    expect(called.body.output).toMatchObject([{ type: "custom_tool_call", call_id: "c1", input: "SELECT 1" }]);
    const input = [{ type: "custom_tool_call_output", call_id: "c1", output: "1" }];
    const answer = await post({ model: team.model, input, tools: [sql], previous_response_id: called.body.id });
    expect(answer.body.status).toBe("completed");
    expect(list(sent(1).messages).at(-1)).toMatchObject({ role: "tool", tool_call_id: "c1", content: "1" });
  });
});

describe("obfuscation", () => {
  it.each([
    ["by default", {}, true],
    ["unless declined", { stream_options: { include_obfuscation: false } }, false],
  ])("pads deltas %s", async (_name, options, padded) => {
    const body = { model: "builtin/echo", input: "Hello there", stream: true, ...options };
    const events = eventsOf(await (await postResponse({ server, key: team.key }, body)).text());
    const deltas = events.filter((event) => event.type.endsWith(".delta"));
    expect(deltas.length).toBeGreaterThan(0);
    for (const delta of deltas) expect("obfuscation" in delta).toBe(padded);
  });
});
