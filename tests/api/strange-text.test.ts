import { beforeAll, describe, expect, inject, it } from "vitest";
import { apiRoutes } from "#server/api/app";
import { createTeam } from "#tests/support/server";

const server = inject("server");
let key: string;
beforeAll(async () => {
  ({ key } = await createTeam(server));
});

async function statusOf(method: string, path: string, body?: unknown): Promise<number> {
  const init: RequestInit = {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
  };
  if (method === "POST") init.body = JSON.stringify(body ?? {});
  const answer = await fetch(`${server.url}${path}`, init);
  await answer.text();
  return answer.status;
}

/** Postgres holds no NUL in a text, and no half of a surrogate pair in a JSON value. */
const STRANGE = ["a\u0000b", "\ud800"];

describe("a text that the database cannot hold", () => {
  const named = apiRoutes.filter((route) => route.path.includes(":"));

  it.each(named.map((route) => [`${route.method} ${route.path}`, route] as const))(
    "names nothing in the path of %s",
    async (_name, { method, path }) => {
      const status = await statusOf(method, path.replaceAll(/:\w+(\{[^}]*\})?/g, "a%00b"));
      // A body that is refused before anything is looked up answers 400.
      expect([400, 404]).toContain(status);
      if (method !== "POST") expect(status).toBe(404);
    },
  );

  it("names nothing in a query", async () => {
    for (const { path } of apiRoutes.filter(({ method, path }) => method === "GET" && !path.includes(":"))) {
      expect(await statusOf("GET", `${path}?after=%00&before=%00&purpose=%00&model=%00`)).toBeLessThan(500);
    }
  });

  it("is refused or kept in a body, never an error of ours", async () => {
    for (const strange of STRANGE) {
      const tools = [{ type: "file_search", vector_store_ids: [strange] }];
      const part = { type: "input_file", file_id: strange };
      const bodies: [path: string, body: unknown][] = [
        ["/v1/responses", { model: "builtin/echo", input: strange, metadata: { a: strange }, instructions: strange }],
        ["/v1/responses", { model: "builtin/echo", input: "x", previous_response_id: strange }],
        ["/v1/responses", { model: "builtin/demo", input: "x", tools }],
        ["/v1/responses", { model: "builtin/echo", input: [{ role: "user", content: [part] }] }],
        ["/v1/responses", { model: "builtin/echo", input: "x", conversation: strange }],
        ["/v1/responses", { model: "builtin/echo", input: "x", prompt: { id: strange, version: strange } }],
        ["/v1/responses/compact", { model: "builtin/echo", input: strange }],
        ["/v1/responses/input_tokens", { model: "builtin/echo", input: strange }],
        ["/v1/conversations", { metadata: { a: strange }, items: [{ role: "user", content: strange }] }],
        ["/v1/conversations", { items: [{ role: "user", content: strange }] }],
        ["/v1/prompts", { name: strange, instructions: "x" }],
        ["/v1/prompts", { name: "x", instructions: strange }],
        ["/v1/vector_stores", { name: strange }],
        ["/v1/vector_stores", { name: "x", metadata: { a: strange } }],
        ["/v1/vector_stores", { file_ids: [strange] }],
      ];
      for (const [path, body] of bodies) {
        expect({ path, body, status: await statusOf("POST", path, body) }).toSatisfy(
          ({ status }: { status: number }) => status < 500,
        );
      }
    }
  });
});
