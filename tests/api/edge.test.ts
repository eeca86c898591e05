import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { eventually } from "#tests/support/eventually";
import { createScriptedTeam, postResponse, type ScriptedTeam } from "#tests/support/scripted-team";
import { createTeam, query, type TestTeam } from "#tests/support/server";

const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createScriptedTeam(server);
});
afterAll(() => team.close());

function ask(path: string, init: RequestInit & { key?: string | null } = {}): Promise<Response> {
  const { key = team.key, ...rest } = init;
  const headers = new Headers(rest.headers);
  if (key !== null) headers.set("authorization", `Bearer ${key}`);
  return fetch(`${server.url}${path}`, { ...rest, headers });
}

describe("headers of every answer", () => {
  it.each([
    ["a success", "GET", "/v1/models", 200],
    ["an unknown path", "GET", "/v1/nothing/here", 404],
    ["a wrong method", "PUT", "/v1/models", 405],
    ["a refusal", "GET", "/v1/responses/resp_unknown", 404],
    ["HEAD", "HEAD", "/v1/models", 200],
  ])("carry request id and time on %s", async (...[, method, path, status]) => {
    const answer = await ask(path, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.headers.get("openai-processing-ms")).toMatch(/^\d+$/);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    if (status >= 400) {
      expect(await answer.json()).toMatchObject({
        error: { type: "invalid_request_error", message: expect.any(String) },
      });
    }
  });

  it("tell our own share of the time and who answered", async () => {
    const answer = await postResponse({ server, key: team.key }, { model: team.model, input: "Hi" });
    expect(Number(answer.headers.get("x-rejoinder-overhead-ms"))).toBeGreaterThanOrEqual(0);
    expect(answer.headers.get("x-rejoinder-provider")).toBe("scripted");
    const { _request_id: id } = await team.client.responses.create({ model: team.model, input: "Hi" });
    expect(id).toMatch(/^[0-9a-f]{32}$/);
  });

  it("name the allowed methods with a 405", async () => {
    const answer = await ask("/v1/responses", { method: "DELETE" });
    expect(answer.headers.get("allow")).toContain("POST");
  });
});

describe("who asks", () => {
  it.each([
    ["no key", {}],
    ["a wrong scheme", { authorization: "Basic abc" }],
    ["an unknown key", { authorization: "Bearer rj_unknown" }],
  ])("refuses %s with 401", async (...[, headers]) => {
    const answer = await fetch(`${server.url}/v1/models`, { headers: headers as Record<string, string> });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: { type: "authentication_error", code: "invalid_api_key" } });
  });

  it("takes no cookie for a key", async () => {
    const answer = await ask("/v1/models", { key: null, headers: { cookie: "next-auth.session-token=x" } });
    expect(answer.status).toBe(401);
  });

  it("names the scope that is missing", async () => {
    const reader: TestTeam = await createTeam(server, ["responses.read"]);
    const answer = await postResponse({ server, key: reader.key }, { model: "builtin/echo", input: "Hi" });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({
      error: { code: "insufficient_scope", message: expect.stringContaining("responses.write") },
    });
  });

  it("shows the API's description to anybody", async () => {
    const answer = await ask("/v1/openapi.json", { key: null });
    expect(await answer.json()).toMatchObject({ openapi: "3.1.0", paths: { "/v1/responses": { post: {} } } });
  });
});

describe("CORS", () => {
  it("grants a preflight for what OpenAI's clients send", async () => {
    const wanted = "authorization,content-type,idempotency-key,x-stainless-lang,x-stainless-retry-count,x-brand-new";
    const answer = await ask("/v1/responses", {
      method: "OPTIONS",
      key: null,
      headers: {
        origin: "https://app.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": wanted,
      },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-methods")).toContain("POST");
    const granted = answer.headers.get("access-control-allow-headers")?.split(", ") ?? [];
    expect(wanted.split(",").filter((name) => !granted.includes(name))).toEqual([]);
  });

  it("lets a page read the headers it needs", async () => {
    const answer = await ask("/v1/models", { headers: { origin: "https://app.example" } });
    for (const name of ["x-request-id", "retry-after", "x-ratelimit-remaining-requests"]) {
      expect(answer.headers.get("access-control-expose-headers")).toContain(name);
    }
  });
});

describe("bodies", () => {
  it.each(["{", "nonsense", '{"input": "x",}'])("refuses %s as JSON", async (body) => {
    const answer = await postResponse({ server, key: team.key }, body);
    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as { error: { message: string } };
    expect(error.message).toContain("not valid JSON");
    expect(error.message).not.toContain("nonsense");
  });

  it.each<[string, string | Buffer, number, string | null]>([
    ["JSON that breaks off", '{"model":"builtin/echo","input":"Hi', 400, null],
    ["bytes that are not UTF-8", Buffer.from('{"model":"builtin/echo","input":"\u00fc"}', "latin1"), 400, null],
    [
      "deep nesting",
      `{"model":"builtin/echo","input":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
      400,
      "invalid_value",
    ],
    ["a wrong type", '{"model":"builtin/echo","input":7}', 400, "invalid_type"],
    [
      "ten megabytes of text",
      JSON.stringify({ model: "builtin/echo", input: "ab ".repeat(3_400_000) }),
      400,
      "context_length_exceeded",
    ],
    ["half of a surrogate pair", '{"model":"builtin/echo","input":"\\ud800"}', 200, null],
  ])("answers %s and leaves a trace of it", async (...[, body, status, code]) => {
    const answer = await fetch(`${server.url}/v1/responses`, {
      method: "POST",
      headers: { authorization: `Bearer ${team.key}`, "content-type": "application/json" },
      body: new Uint8Array(Buffer.from(body)),
    });
    expect(answer.status).toBe(status);
    const { error } = (await answer.json()) as { error: { code: string | null } | null };
    if (status === 400) expect(error).toMatchObject({ type: "invalid_request_error", code });
    await eventually(async () => {
      const traces = await query(server, "SELECT status, http_status FROM trace WHERE team_id = $1 AND id = $2", [
        team.teamId,
        answer.headers.get("x-request-id"),
      ]);
      expect(traces).toEqual([{ status: status === 200 ? "ok" : "error", http_status: status }]);
    });
  });

  it("refuses a body that is no object", async () => {
    const answer = await postResponse({ server, key: team.key }, "[]");
    expect(answer.status).toBe(400);
  });

  it("refuses a body over 100 MiB before it is sent", async () => {
    const { hostname, port } = new URL(server.url);
    const received = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      let text = "";
      socket.setEncoding("utf8");
      socket.on("data", (data: string) => {
        text += data;
        if (text.includes("payload_too_large")) {
          socket.destroy();
          resolve(text);
        }
      });
      socket.on("error", reject);
      const head = ["POST /v1/responses HTTP/1.1", `host: ${hostname}:${port}`, `authorization: Bearer ${team.key}`];
      socket.write(
        `${head.join("\r\n")}\r\ncontent-type: application/json\r\ncontent-length: ${101 * 1024 * 1024}\r\n\r\n{"input":"`,
      );
    });
    expect(received).toMatch(/^HTTP\/1\.1 413 /);
    expect(received).toContain('"type":"invalid_request_error"');
  });
});

describe("rate limits", () => {
  async function limited(columns: string): Promise<TestTeam> {
    const fresh = await createTeam(server);
    await query(server, `UPDATE api_key SET ${columns} WHERE id = $1`, [fresh.keyId]);
    return fresh;
  }

  it("count requests, tell what is left, and name the limit with a 429", async () => {
    const { key } = await limited("requests_per_minute = 2");
    const first = await ask("/v1/models", { key });
    expect(first.headers.get("x-ratelimit-limit-requests")).toBe("2");
    expect(first.headers.get("x-ratelimit-remaining-requests")).toBe("1");
    await ask("/v1/models", { key });
    const over = await ask("/v1/models", { key });
    expect(over.status).toBe(429);
    expect(Number(over.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(over.headers.get("retry-after-ms"))).toBeGreaterThan(0);
    expect(over.headers.get("x-ratelimit-reset-requests")).toMatch(/^(\d+ms|[\d.]+s|\d+m\d+s)$/);
    expect(await over.json()).toMatchObject({
      error: {
        type: "rate_limit_error",
        code: "rate_limit_exceeded",
        message: expect.stringContaining("requests per minute"),
      },
    });
  });

  it("count tokens as they were really used", async () => {
    const { key } = await limited("tokens_per_minute = 1000");
    const body = { model: "builtin/echo", input: "Hello there" };
    const first = await postResponse({ server, key }, body);
    const used = ((await first.json()) as { usage: { total_tokens: number } }).usage.total_tokens;
    const second = await ask("/v1/models", { key });
    const left = Number(second.headers.get("x-ratelimit-remaining-tokens"));
    expect(left).toBeGreaterThanOrEqual(1000 - used - 1);
    expect(left).toBeLessThan(1000);
  });

  it("limit runs at a time", async () => {
    const { key, teamId } = await limited("concurrent_runs = 1");
    await query(
      server,
      `INSERT INTO provider_connection (id, team_id, name, kind, base_url, models)
       SELECT 'pc_' || $1, $1, name, kind, base_url, models FROM provider_connection WHERE team_id = $2`,
      [teamId, team.teamId],
    );
    let finish = () => {};
    const running = new Promise<void>((arrived) =>
      team.upstream.script(async (exchange) => {
        arrived();
        await new Promise<void>((resolve) => (finish = resolve));
        exchange.json(400, { error: { message: "enough" } });
      }),
    );
    const first = postResponse({ server, key }, { model: team.model, input: "Hi" });
    await running;
    const second = await postResponse({ server, key }, { model: team.model, input: "Hi" });
    expect(second.status).toBe(429);
    expect(await second.json()).toMatchObject({ error: { message: expect.stringContaining("concurrent runs") } });
    finish();
    await first;
    expect((await postResponse({ server, key }, { model: "builtin/echo", input: "Hi" })).status).toBe(200);
  });
});
