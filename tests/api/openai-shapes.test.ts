import { describe, expect, inject, it } from "vitest";
import { hasReference } from "#tests/support/captures";
import { violations } from "#tests/support/contract-schemas";
import { createTeam } from "#tests/support/server";

const server = inject("server");
const team = await createTeam(server);

async function ask(path: string, body?: unknown, method = body === undefined ? "GET" : "POST"): Promise<unknown> {
  const init: RequestInit = {
    method,
    headers: { authorization: `Bearer ${team.key}`, "content-type": "application/json" },
  };
  if (body !== undefined) init.body = JSON.stringify(body);
  const answer = await fetch(`${server.url}${path}`, init);
  expect(answer.status).toBe(200);
  return answer.json();
}

/** What the answer lacks of OpenAI's schema of that name. */
const faults = (schema: string, body: unknown) => violations("openai", schema, body);

// The bodies of responses and of chat completions are held to their schemas in tests/contract, scene by scene.
describe.skipIf(!hasReference)("answers have OpenAI's shape", () => {
  it("models", async () => {
    expect(faults("ListModelsResponse", await ask("/v1/models"))).toEqual([]);
    expect(faults("Model", await ask("/v1/models/builtin/demo"))).toEqual([]);
  });

  it("embeddings", async () => {
    const made = await ask("/v1/embeddings", { model: "builtin/hash-1024", input: ["a", "b"] });
    expect(faults("CreateEmbeddingResponse", made)).toEqual([]);
    expect(faults("CreateEmbeddingResponse", { object: "list", data: [{}] })).not.toEqual([]);
  });

  it("conversations and their items", async () => {
    const items = [
      { role: "user", content: [{ type: "input_text", text: "Look" }] },
      { role: "assistant", content: "I do.", phase: "commentary" },
      { type: "function_call", call_id: "call_1", name: "look", arguments: "{}" },
      { type: "function_call_output", call_id: "call_1", output: "a cat" },
      { type: "custom_tool_call", call_id: "call_2", name: "sql", input: "SELECT 1" },
      { type: "custom_tool_call_output", call_id: "call_2", output: "1" },
      { type: "reasoning", summary: [{ type: "summary_text", text: "hm" }] },
    ];
    const made = (await ask("/v1/conversations", { metadata: { a: "b" } })) as { id: string };
    expect(faults("ConversationResource", made)).toEqual([]);
    const path = `/v1/conversations/${made.id}`;
    const added = (await ask(`${path}/items`, { items })) as { data: { id: string }[] };
    expect(added.data).toHaveLength(items.length);
    expect(faults("ConversationItemList", added)).toEqual([]);
    expect(faults("ConversationItemList", await ask(`${path}/items?limit=3`))).toEqual([]);
    const item = `${path}/items/${added.data[0]?.id}`;
    expect(faults("ConversationItem", await ask(item))).toEqual([]);
    expect(faults("ConversationResource", await ask(item, undefined, "DELETE"))).toEqual([]);
    expect(faults("ConversationResource", await ask(path, { metadata: {} }))).toEqual([]);
    expect(faults("DeletedConversationResource", await ask(path, undefined, "DELETE"))).toEqual([]);
  });

  it("compacted windows, in both contracts, and token counts", async () => {
    const asked = {
      model: "builtin/demo",
      input: [
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Hello" },
      ],
    };
    const compacted = await ask("/v1/responses/compact", asked);
    expect(faults("CompactResource", compacted)).toEqual([]);
    expect(violations("open-responses", "CompactResource", compacted)).toEqual([]);
    expect(faults("TokenCountsResource", await ask("/v1/responses/input_tokens", asked))).toEqual([]);
  });

  it("stored chat completions", async () => {
    const asked = { model: "builtin/echo", store: true, messages: [{ role: "user", content: "Hi" }] };
    const made = (await ask("/v1/chat/completions", asked)) as { id: string };
    const path = `/v1/chat/completions/${made.id}`;
    expect(faults("CreateChatCompletionResponse", await ask(path))).toEqual([]);
    expect(faults("ChatCompletionList", await ask("/v1/chat/completions"))).toEqual([]);
    expect(faults("CreateChatCompletionResponse", await ask(path, { metadata: { a: "b" } }))).toEqual([]);
    const messages = (await ask(`${path}/messages`)) as { data: { role: string }[] };
    // The schema knows assistant messages only, though the list is of what was asked.
    const data = messages.data.map((message) => ({ ...message, role: "assistant" }));
    expect(faults("ChatCompletionMessageList", { ...messages, data })).toEqual([]);
    expect(faults("ChatCompletionDeleted", await ask(path, undefined, "DELETE"))).toEqual([]);
  });
});
