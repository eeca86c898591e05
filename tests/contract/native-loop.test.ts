import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { isTerminalEvent } from "#server/protocol/events";
import { list } from "#server/protocol/json-values";
import { brokenRules } from "#server/protocol/stream-rules";
import { createProvider } from "#server/providers/registry";
import { FILE_SEARCH, fakeSearch } from "#tests/support/fake-search";
import { testConnection } from "#tests/support/model-request";
import { asWire, runEngine } from "#tests/support/run-engine";
import type { UpstreamScript } from "#tests/support/scripted-upstream";
import { upstreamForSuite } from "#tests/support/upstream-suite";

const upstream = upstreamForSuite();

const fixtures = resolve(import.meta.dirname, "../../server/providers/openai-responses/__fixtures__");
const reasoned = readFileSync(resolve(fixtures, "reasoning.sse"), "utf8");
const usage = { input_tokens: 10, output_tokens: 5, input_tokens_details: { cached_tokens: 4 } };
const calling: UpstreamScript = (exchange) =>
  exchange.json(200, {
    object: "response",
    status: "completed",
    service_tier: "flex",
    output: [
      { type: "reasoning", id: "rs_first", summary: [], encrypted_content: "cipher" },
      { type: "web_search_call", id: "ws_up", status: "completed", action: { type: "search", query: "cats" } },
      { type: "function_call", id: "fc_up", call_id: "call_1", name: "file_search", arguments: '{"query":"cats"}' },
    ],
    usage,
  });

test("a model that reasons, searches the web itself and calls a tool of ours gets all of it back, in order", async () => {
  upstream.script(calling, ({ sendRaw, end }) => {
    sendRaw(reasoned);
    end();
  });
  const model = createProvider(testConnection({ baseUrl: upstream.baseUrl, wire: "responses" })).languageModel("gpt-5");
  const events = await runEngine({
    model,
    tools: [fakeSearch()],
    body: { tools: [FILE_SEARCH, { type: "web_search" }] },
  });
  expect(brokenRules(asWire(events))).toEqual([]);
  const last = events.at(-1);
  if (!last || !isTerminalEvent(last)) throw new Error("no terminal event");
  expect(last.response.output.map((item) => item.type)).toEqual([
    "reasoning",
    "web_search_call",
    "file_search_call",
    "reasoning",
    "message",
  ]);
  expect(last.response).toMatchObject({
    status: "completed",
    service_tier: "default",
    usage: { input_tokens: 26, output_tokens: 35, input_tokens_details: { cached_tokens: 4 } },
  });
  expect(list(upstream.requests[0]?.body.tools)).toMatchObject([{ name: "file_search" }, { type: "web_search" }]);
  expect(list(upstream.requests[1]?.body.input).slice(1)).toMatchObject([
    { type: "reasoning", id: "rs_first", encrypted_content: "cipher" },
    { type: "web_search_call", id: "ws_up", action: { type: "search", query: "cats" } },
    { type: "function_call", call_id: "call_1", name: "file_search" },
    { type: "function_call_output", call_id: "call_1", output: expect.stringContaining("About cats.") },
  ]);
});
