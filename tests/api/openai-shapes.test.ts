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
