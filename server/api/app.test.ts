import { describe, expect, it } from "vitest";
import { apiRoutes, createApiApp } from "#server/api/app";
import { undescribedRoutes } from "#server/api/routes/api-document";
import { SCOPES } from "#server/auth/require-scope";
import { parseConfig, setConfig } from "#server/config";

const PUBLIC = ["GET /v1/openapi.json"];

describe("the route table", () => {
  it("names each route once", () => {
    const names = apiRoutes.map((route) => `${route.method} ${route.path}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it("names a scope for every route but the public ones, `read` for GET", () => {
    for (const { method, path, scope } of apiRoutes) {
      if (PUBLIC.includes(`${method} ${path}`)) continue;
      expect(SCOPES).toContain(scope);
      if (method === "GET") expect(scope).toMatch(/\.read$/);
      if (method === "DELETE") expect(scope).toMatch(/\.write$/);
    }
  });

  it("keeps callers with a vendor's key from lists of what others made", () => {
    // The scopes of files and vector stores are not theirs; those of responses are.
    const lists = apiRoutes.filter(({ method, path, scope }) => {
      return method === "GET" && scope === "responses.read" && !path.includes(":");
    });
    expect(lists.length).toBeGreaterThan(0);
    expect(lists.filter((route) => !route.teamOnly).map((route) => route.path)).toEqual([]);
  });

  it("is described whole", () => {
    expect(undescribedRoutes(apiRoutes)).toEqual([]);
  });
});

describe("the app without Node's request and response, as Next runs it", () => {
  const app = createApiApp();
  setConfig(parseConfig({ NODE_ENV: "test", LOG_LEVEL: "silent", PROVIDER_KEY_PASSTHROUGH: "off" }));

  it.each([
    ["GET", "/v1/nothing", 404, "Invalid URL (GET /v1/nothing)"],
    ["PUT", "/v1/responses", 405, "Not allowed to PUT"],
    ["GET", "/v1/models", 401, "API key"],
  ])("answers %s %s with %i in OpenAI's shape", async (...[method, path, status, message]) => {
    const answer = await app.request(path, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.headers.get("openai-processing-ms")).not.toBeNull();
    expect(await answer.json()).toMatchObject({ error: { message: expect.stringContaining(message), param: null } });
  });

  it("describes itself", async () => {
    const answer = await app.request("http://host.example/v1/openapi.json");
    expect(await answer.json()).toMatchObject({ servers: [{ url: "http://host.example" }] });
  });

  it("grants a preflight", async () => {
    const answer = await app.request("/v1/responses", {
      method: "OPTIONS",
      headers: { "access-control-request-headers": "Authorization, x-custom, bad header" },
    });
    expect(answer.status).toBe(204);
    const granted = answer.headers.get("access-control-allow-headers");
    expect(granted).toContain("x-custom");
    expect(granted).not.toContain("bad header");
  });
});
