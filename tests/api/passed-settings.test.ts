import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { type Json, record } from "#server/protocol/json-values";
import { faultsUnder } from "#tests/contract/faults";
import { hasReference } from "#tests/support/captures";
import { PIXEL } from "#tests/support/images";
import {
  addConnection,
  createNativeTeam,
  eventsOf,
  postChat,
  postResponse,
  type ScriptedTeam,
} from "#tests/support/scripted-team";
import { chatText } from "#tests/support/scripted-upstream";
import { playing, vendorWire } from "#tests/support/vendor-wires";

// Settings that are the provider's to act on: what it is given, and what the answer says of them.
const server = inject("server");
const NATIVE = "native/gpt-5";
const CHAT = "chat/gpt-4.1";
const moderation = { model: "omni-moderation-latest", policy: { input: { mode: "score" }, output: { mode: "block" } } };
const found = {
  input: { type: "moderation_result", model: "omni-moderation-latest", flagged: false },
  output: { type: "moderation_result", model: "omni-moderation-latest", flagged: true },
};
const foundInChat = {
  input: { type: "moderation_results", model: "omni-moderation-latest", results: [found.input] },
  output: { type: "moderation_results", model: "omni-moderation-latest", results: [found.output] },
};
const said = (fields: Json) => ({
  object: "response",
  status: "completed",
  output: [{ type: "message", content: [{ type: "output_text", text: "Said." }] }],
  ...fields,
});
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createNativeTeam(server);
  team.upstream.setDefault((exchange) =>
    exchange.path.endsWith("/responses") ? exchange.json(200, said({})) : chatText("Said.")(exchange),
  );
  const { baseUrl } = team.upstream;
  await addConnection(server, team.teamId, { name: "chat", baseUrl, models: ["gpt-4.1"], wire: "chat" });
  await addConnection(server, team.teamId, {
    name: "claude",
    kind: "anthropic",
    baseUrl,
    models: ["claude-sonnet-4-5"],
  });
});
afterAll(() => team.close());
beforeEach(() => {
  team.upstream.requests.length = 0;
});

function faultsIn(schema: string, value: unknown): string[] {
  return hasReference ? faultsUnder({ contract: "openai", schema }, record(value)) : [];
}

async function ask(body: Json): Promise<Json> {
  return record(await (await postResponse({ server, key: team.key }, { input: "Hello", ...body })).json());
}

async function askChat(body: Json): Promise<{ status: number; text: string }> {
  const messages = [{ role: "user", content: "Hello" }];
  const answer = await postChat({ server, key: team.key }, { messages, ...body });
  return { status: answer.status, text: await answer.text() };
}

describe.each([
  [NATIVE, vendorWire("openai-responses")],
  [CHAT, vendorWire("openai-chat")],
])("the moderation of %s", (model, wire) => {
  it("is asked for as it came, and stands in the response, stored and streamed", async () => {
    team.upstream.script(playing(wire, "moderated"), playing(wire, "moderated"));
    const answer = await ask({ model, moderation });
    expect(team.upstream.requests.at(-1)?.body.moderation).toEqual(moderation);
    expect(answer).toMatchObject({ status: "completed", moderation: found });
    expect(faultsIn("Response", answer)).toEqual([]);
    expect(await team.client.responses.retrieve(String(answer.id))).toMatchObject({ moderation: found });
    const streamed = await postResponse({ server, key: team.key }, { model, input: "Hello", moderation, stream: true });
    const last = eventsOf(await streamed.text()).at(-1);
    expect(last).toMatchObject({ type: "response.completed", response: { moderation: found } });
  });

  it("stands in a completion, and in a chunk before the usage", async () => {
    team.upstream.script(playing(wire, "moderated"), playing(wire, "moderated"));
    const { text } = await askChat({ model, moderation });
    const completion = record(JSON.parse(text));
    expect(team.upstream.requests.at(-1)?.body.moderation).toEqual(moderation);
    expect(completion.moderation).toMatchObject(foundInChat);
    expect(faultsIn("CreateChatCompletionResponse", completion)).toEqual([]);
    const streamed = await askChat({ model, moderation, stream: true, stream_options: { include_usage: true } });
    const frames = streamed.text.split("\n\n").filter((frame) => frame.startsWith("data: {"));
    const [told, usage] = frames.slice(-2).map((frame) => record(JSON.parse(frame.slice(6))));
    expect(told).toMatchObject({ choices: [], usage: null, moderation: foundInChat });
    expect(usage).toMatchObject({ choices: [], usage: { total_tokens: 23 } });
    expect(faultsIn("CreateChatCompletionStreamResponse", told)).toEqual([]);
  });

  it("is not spoken of where nobody asked", async () => {
    team.upstream.script(playing(wire, "text"));
    expect(Object.keys(await ask({ model }))).not.toContain("moderation");
    expect(Object.keys(team.upstream.requests.at(-1)?.body ?? {})).not.toContain("moderation");
  });
});

describe("moderation", () => {
  it.each(["builtin/echo", "claude/claude-sonnet-4-5"])("that %s cannot be asked for is refused", async (model) => {
    const error = { type: "invalid_request_error", code: "unsupported_parameter", param: "moderation" };
    for (const stream of [false, true]) {
      const answer = await postResponse({ server, key: team.key }, { model, input: "Hello", moderation, stream });
      expect([answer.status, await answer.json()]).toMatchObject([400, { error }]);
      const { status, text } = await askChat({ model, moderation, stream });
      expect([status, JSON.parse(text)]).toMatchObject([400, { error }]);
    }
    expect(team.upstream.requests).toHaveLength(0);
  });

  it.each([
    ["moderation.model", { policy: {} }],
    ["moderation.policy.input.mode", { model: "m", policy: { input: { mode: "shout" } } }],
  ])("is checked: %s", async (param, wrong) => {
    expect(await ask({ model: NATIVE, moderation: wrong })).toMatchObject({ error: { param } });
    expect(team.upstream.requests).toHaveLength(0);
  });
});

describe("what was asked of reasoning and of the provider's cache", () => {
  const asked = {
    model: NATIVE,
    reasoning: { effort: "low", mode: "pro", context: "all_turns" },
    prompt_cache_options: { mode: "explicit" },
    prompt_cache_retention: "24h",
  };

  it("stands in the response", async () => {
    team.upstream.script((exchange) => exchange.json(200, said({})));
    const answer = await ask(asked);
    expect(answer).toMatchObject({
      reasoning: { effort: "low", summary: null, mode: "pro", context: "all_turns" },
      prompt_cache_options: { ttl: "30m", mode: "explicit" },
      prompt_cache_retention: "24h",
    });
    expect(faultsIn("Response", answer)).toEqual([]);
  });

  it("stands there as the provider says it is in force", async () => {
    const inForce = {
      reasoning: { effort: "medium", summary: "detailed", mode: "standard", context: "current_turn" },
      prompt_cache_options: { ttl: "30m", mode: "implicit" },
      prompt_cache_retention: null,
    };
    team.upstream.script((exchange) => exchange.json(200, said(inForce)));
    expect(await ask(asked)).toMatchObject(inForce);
  });

  it("is not spoken of where nobody asked", async () => {
    const answer = await ask({ model: "builtin/echo" });
    expect(answer.reasoning).toEqual({ effort: null, summary: null });
    expect(Object.keys(answer)).not.toContain("prompt_cache_options");
  });
});

describe("what only servers of the Responses API know", () => {
  const tools = [
    {
      type: "function",
      name: "look",
      parameters: { type: "object", properties: {} },
      strict: false,
      defer_loading: true,
      output_schema: { type: "object" },
      allowed_callers: ["direct"],
    },
    { type: "custom", name: "sql", format: { type: "text" }, defer_loading: true },
  ];

  it("is said of a tool to them, and shown in the response", async () => {
    const answer = await ask({ model: NATIVE, tools });
    expect(team.upstream.requests.at(-1)?.body.tools).toEqual(tools);
    expect(answer.tools).toMatchObject(tools);
    expect(faultsIn("Response", answer)).toEqual([]);
  });

  it("is left out for chat completions", async () => {
    await ask({ model: CHAT, tools: tools.slice(0, 1) });
    expect(team.upstream.requests.at(-1)?.body.tools).toEqual([
      { type: "function", function: { name: "look", parameters: { type: "object", properties: {} } } },
    ]);
  });

  it("ends a prefix of a chat completion too", async () => {
    const mark = { prompt_cache_breakpoint: { mode: "explicit" } };
    const image = { type: "image_url", image_url: { url: PIXEL, detail: "low" }, ...mark };
    const messages = [
      { role: "system", content: [{ type: "text", text: "Rules.", ...mark }] },
      { role: "user", content: [image, { type: "text", text: "Hi" }] },
    ];
    expect((await askChat({ model: CHAT, messages })).status).toBe(200);
    expect(team.upstream.requests.at(-1)?.body.messages).toEqual(messages);
  });
});
