import { AppError } from "#server/errors";
import type { VendorTool } from "#server/protocol/vendor-tools";
import type { ModelEvent } from "#server/providers/provider";
import { clientRun } from "#tests/support/client-run";
import { FILE_SEARCH, fakeSearch } from "#tests/support/fake-search";
import { fakeWebSearch } from "#tests/support/fake-web-search";
import { imageTool } from "#tests/support/image-tool";
import { remoteTool } from "#tests/support/remote-tool";
import type { EngineScript } from "#tests/support/run-engine";
import { callingTurn, sayingTurn, scriptedModel } from "#tests/support/scripted-model";

const weather = {
  type: "function",
  name: "get_weather",
  description: "The weather in a city",
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
};
const bare = { type: "function", name: "look" };
const call = (id: string) => ({ id, name: "get_weather", arguments: { city: "Ulm" } });
const search = { id: "c1", name: "file_search", arguments: { query: "cats" } };
const SQL = {
  type: "custom",
  name: "write_sql",
  format: { type: "grammar", syntax: "regex", definition: "SELECT .+" },
};
const PROGRAMS = { type: "programmatic_tool_calling" };
const PROGRAM = { call_id: "prog_1", code: "await look()", fingerprint: "print" };
const PROGRAM_CALLER = { type: "program", caller_id: "prog_1" } as const;
const PAGE = { type: "url_citation", url: "https://a.example", title: "A", start_index: 0, end_index: 4 } as const;
const usage: ModelEvent = {
  type: "usage",
  usage: { inputTokens: 10, cachedTokens: 2, outputTokens: 5, reasoningTokens: 1 },
};
const logprob = {
  token: "Hi",
  logprob: -0.5,
  bytes: [72, 105],
  top_logprobs: [{ token: "Hi", logprob: -0.5, bytes: [72, 105] }],
};

const lists = [
  {
    type: "mcp_list_tools",
    id: "mcpl_1",
    ...{ server_label: "shop", tools: [{ name: "order", input_schema: { type: "object" } }] },
  } as const,
];
const mcp = { type: "mcp", server_label: "shop", server_url: "https://shop.example", require_approval: "never" };
const order = (id: string) => ({ id, name: "shop__order", arguments: { thing: "cake" } });

const draw = (id: string, prompt: string) => ({ id, name: "image_generation", arguments: { prompt } });
const at = { x: 1, y: 2 };
const EVERY_ACTION = [
  { type: "click", ...at },
  { type: "double_click", ...at },
  { type: "drag", path: [at, at] },
  { type: "keypress", keys: ["CTRL", "C"] },
  { type: "move", ...at },
  { type: "screenshot" },
  { type: "scroll", ...at, scroll_y: 3 },
  { type: "type", text: "hi" },
  { type: "wait" },
];

/** Runs that together show every event and item of this server, each freshly made. */
export const SCENES: Record<string, () => EngineScript> = {
  text: () => ({
    model: scriptedModel([...sayingTurn("Hel", "lo"), [usage]]),
    body: { metadata: { a: "b" }, user: "u" },
  }),
  "every setting": () => ({
    model: scriptedModel(sayingTurn("ok")),
    body: {
      instructions: "Be brief.",
      temperature: 0.5,
      top_p: 0.9,
      presence_penalty: 1,
      frequency_penalty: -1,
      top_logprobs: 3,
      max_output_tokens: 100,
      max_tool_calls: 3,
      parallel_tool_calls: false,
      reasoning: { effort: "minimal", summary: "auto" },
      safety_identifier: "s",
      prompt_cache_key: "p",
      truncation: "auto",
      service_tier: "flex",
      store: false,
      text: { verbosity: "low", format: { type: "json_schema", name: "n", schema: { type: "object" }, strict: true } },
    },
  }),
  "an MCP server's tool, that answers and fails": () => ({
    model: scriptedModel(callingTurn(order("c1"), order("c2")), sayingTurn("Done.")),
    tools: [remoteTool("shop", "order", { failing: "c2" })],
    lists,
    body: { tools: [mcp] },
  }),
  "an MCP server's tool that needs approval": () => ({
    model: scriptedModel(callingTurn(order("c1"))),
    tools: [remoteTool("shop", "order", { needsApproval: true })],
    lists,
    body: { tools: [mcp] },
  }),
  "an MCP server's tool that was approved": () => ({
    model: scriptedModel(sayingTurn("Done.")),
    tools: [remoteTool("shop", "order", { needsApproval: true })],
    approved: [{ requestId: "mcpr_1", callId: "mcpr_1", name: "shop__order", arguments: '{"thing":"tea"}' }],
    body: { tools: [mcp] },
  }),
  "tools that the client runs": () => ({
    model: scriptedModel(
      callingTurn(
        { id: "c1", name: "local_shell", arguments: { command: ["ls"] } },
        { id: "c2", name: "shell", arguments: { commands: ["ls", "pwd"] } },
        { id: "c3", name: "apply_patch", arguments: { type: "create_file", path: "a", diff: "+a" } },
        { id: "c4", name: "computer", arguments: { actions: EVERY_ACTION } },
        { id: "c5", name: "tool_search", arguments: { query: "rain" } },
      ),
    ),
    engine: clientRun(
      { type: "local_shell" },
      { type: "shell", environment: { type: "local" } } as VendorTool & { type: "shell" },
      { type: "apply_patch" },
      { type: "computer" },
      { type: "tool_search" },
    ),
    body: { tools: [{ type: "local_shell" }, { type: "shell" }, { type: "apply_patch" }, { type: "computer" }] },
  }),
  "an image, and one that cannot be drawn": () => ({
    model: scriptedModel(callingTurn(draw("c1", "a cat")), callingTurn(draw("c2", "nothing")), sayingTurn("There.")),
    tools: [imageTool()],
    body: { tools: [{ type: "image_generation", partial_images: 1 }] },
  }),
  "json object": () => ({
    model: scriptedModel(sayingTurn("{}")),
    body: { text: { format: { type: "json_object" } } },
  }),
  logprobs: () => ({
    model: scriptedModel([[{ type: "text", text: "Hi", logprobs: [logprob] }]]),
    body: { include: ["message.output_text.logprobs"] },
  }),
  refusal: () => ({ model: scriptedModel([[{ type: "text", text: "I " }], [{ type: "refusal", text: "won't" }]]) }),
  "raw reasoning": () => ({ model: scriptedModel([[{ type: "reasoning", text: "hm" }], ...sayingTurn("ok")]) }),
  "reasoning summary": () => ({
    model: scriptedModel([
      [{ type: "reasoning_summary", text: "first", part: 0 }],
      [{ type: "reasoning_summary", text: "second", part: 1 }],
      [{ type: "reasoning_encrypted", encryptedContent: "cipher", sealKind: "v" }],
      ...sayingTurn("ok"),
    ]),
    body: { reasoning: { summary: "detailed" }, include: ["reasoning.encrypted_content"] },
  }),
  "parallel functions": () => ({
    model: scriptedModel(callingTurn(call("c1"), call("c2"))),
    body: { tools: [weather, bare], tool_choice: "required" },
  }),
  "named function": () => ({
    model: scriptedModel(callingTurn(call("c1"))),
    body: { tools: [weather], tool_choice: { type: "function", name: "get_weather" } },
  }),
  "custom tool": () => ({
    model: scriptedModel([
      [{ type: "tool_call", callId: "c1", name: "write_sql", custom: true }],
      [{ type: "tool_call_arguments", callId: "c1", delta: "SELECT " }],
      [{ type: "tool_call_arguments", callId: "c1", delta: "1" }],
      [{ type: "tool_call_done", callId: "c1" }],
    ]),
    body: { tools: [SQL], tool_choice: { type: "custom", name: "write_sql" } },
  }),
  "custom tool of a vendor that knows functions only": () => ({
    model: scriptedModel(callingTurn({ id: "c1", name: "write_sql", arguments: { input: "SELECT 1" } })),
    body: { tools: [SQL] },
  }),
  "a program that calls a function of a namespace": () => ({
    model: scriptedModel([
      [{ type: "vendor_item", key: "p", item: "program", stage: "added", fields: PROGRAM }],
      [{ type: "vendor_item", key: "p", item: "program", stage: "done", fields: PROGRAM }],
      [{ type: "tool_call", callId: "c1", name: "look", labels: { namespace: "maps", caller: PROGRAM_CALLER } }],
      [{ type: "tool_call_done", callId: "c1" }],
    ]),
    body: { tools: [{ type: "namespace", name: "maps", description: "Maps", tools: [bare] }, PROGRAMS] },
  }),
  "a vendor's web search": () => ({
    model: scriptedModel([
      [{ type: "in_force", settings: { service_tier: "auto", reasoning: { effort: "medium" }, user: null } }],
      [
        { type: "item", item: "reasoning", encrypted: { encryptedContent: "cipher", sealKind: "v" } },
        { type: "item_done" },
      ],
      [
        { type: "vendor_item", key: "ws", item: "web_search_call", stage: "added", fields: { status: "in_progress" } },
        { type: "vendor_event", key: "ws", event: "response.web_search_call.in_progress", fields: {} },
        { type: "vendor_event", key: "ws", event: "response.web_search_call.searching", fields: {} },
        { type: "vendor_event", key: "ws", event: "response.web_search_call.completed", fields: {} },
      ],
      [
        {
          type: "vendor_item",
          key: "ws",
          item: "web_search_call",
          stage: "done",
          fields: { status: "completed", action: { type: "search", query: "cats" }, upstream: { host: "h", id: "u" } },
        },
      ],
      [
        { type: "item", item: "message", phase: "final_answer" },
        { type: "part", part: "output_text" },
        { type: "text", text: "Cats purr." },
        { type: "annotation", annotation: PAGE },
        { type: "item_done" },
      ],
      [{ type: "in_force", settings: { service_tier: "default" } }, usage],
    ]),
    body: {
      include: ["reasoning.encrypted_content"],
      tools: [{ type: "web_search_preview", search_context_size: "low" }],
      tool_choice: { type: "web_search_preview" },
    },
  }),
  "allowed tools": () => ({
    model: scriptedModel(callingTurn(call("c1"))),
    body: {
      tools: [weather, bare],
      tool_choice: { type: "allowed_tools", mode: "required", tools: [{ type: "function", name: "get_weather" }] },
    },
  }),
  "file search": () => ({
    model: scriptedModel(callingTurn(search), sayingTurn("Cats purr 【1】", ".")),
    tools: [fakeSearch()],
    body: { tools: [FILE_SEARCH], tool_choice: { type: "file_search" } },
  }),
  "web search": () => ({
    model: scriptedModel(
      callingTurn({ id: "c1", name: "web_search", arguments: { queries: ["cats", "tame cats"] } }),
      callingTurn({ id: "c2", name: "web_search", arguments: { action: "open_page", url: "https://dogs.example/" } }),
      sayingTurn("Cats purr. 【1】", "\nDogs do not."),
    ),
    tools: [fakeWebSearch()],
    body: { tools: [{ type: "web_search" }] },
  }),
  "file search with results": () => ({
    model: scriptedModel(callingTurn(search), sayingTurn("Cats purr【1】.")),
    tools: [fakeSearch()],
    body: {
      include: ["file_search_call.results"],
      tools: [
        {
          ...FILE_SEARCH,
          max_num_results: 3,
          ranking_options: { score_threshold: 0.2, hybrid_search: { embedding_weight: 1, text_weight: 2 } },
          filters: {
            type: "or",
            filters: [
              { type: "eq", key: "lang", value: "de" },
              { type: "and", filters: [{ type: "in", key: "year", value: [2024, 2025] }] },
            ],
          },
        },
      ],
    },
  }),
  "failed search": () => ({
    model: scriptedModel(callingTurn(search), sayingTurn("Sorry.")),
    tools: [fakeSearch(() => Promise.reject(new AppError("not_found", "No such store.")))],
    body: { tools: [FILE_SEARCH] },
  }),
  compaction: () => ({
    model: scriptedModel(sayingTurn("They greeted."), [...sayingTurn("Hello."), [usage]]),
    compaction: {
      endsResponse: false,
      transcript: "User: hi",
      finish: () => ({
        item: { type: "compaction", id: "cmp_1", status: "completed", encrypted_content: "sealed" },
        input: [{ type: "message", role: "user", content: [{ type: "text", text: "They greeted." }] }],
      }),
    },
    body: { conversation: "conv_1", context_management: [{ type: "compaction", compact_threshold: 1000 }] },
  }),
  incomplete: () => ({
    model: scriptedModel([[{ type: "text", text: "Once" }], [{ type: "finish", reason: "max_output_tokens" }]]),
    body: { max_output_tokens: 16 },
  }),
  filtered: () => ({
    model: scriptedModel([[{ type: "text", text: "How to" }], [{ type: "finish", reason: "content_filter" }]]),
  }),
  failed: () => ({
    model: scriptedModel(async function* () {
      yield [{ type: "text", text: "Well" }];
      throw new AppError("provider_error", "The provider broke off.");
    }),
  }),
  cancelled: () => ({ model: scriptedModel(sayingTurn("no")), signal: AbortSignal.abort() }),
};
