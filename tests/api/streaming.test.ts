import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { brokenRules } from "#server/protocol/stream-rules";
import { eventually } from "#tests/support/eventually";
import { createScriptedTeam, eventsOf, postResponse, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatChunk, chatText, chatUsage, type UpstreamExchange } from "#tests/support/scripted-upstream";
import { query } from "#tests/support/server";

const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createScriptedTeam(server);
});
afterAll(() => team.close());

/** The next upstream call, held open after its first delta. */
function holdAfterFirstDelta(): Promise<UpstreamExchange> {
  return new Promise((resolve) => {
    team.upstream.script((exchange) => {
      exchange.send(chatChunk({ role: "assistant", content: "first " }));
      resolve(exchange);
    });
  });
}

function finish(exchange: UpstreamExchange): void {
  exchange.send(chatChunk({}, "stop"));
  exchange.send(chatUsage({ prompt: 3, completion: 2 }));
  exchange.done();
}

/** A request over a socket of its own, whose chunks arrive as the server wrote them. */
function openRaw(body: unknown): Promise<{ chunks: string[]; ended: Promise<void>; destroy(): void }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      `${server.url}/v1/responses`,
      { method: "POST", headers: { authorization: `Bearer ${team.key}` }, agent: false },
      (answer) => {
        const chunks: string[] = [];
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => chunks.push(chunk));
        const ended = new Promise<void>((done) => answer.on("close", done));
        resolve({ chunks, ended, destroy: () => request.destroy() });
      },
    );
    request.on("error", reject);
    request.end(JSON.stringify(body));
  });
}

it("is real streaming: the vendor sends its second delta only after the client has the first", async () => {
  const held = holdAfterFirstDelta();
  const stream = team.client.responses.stream({ model: team.model, input: "Slowly" });
  const deltas: string[] = [];
  stream.on("response.output_text.delta", (event) => {
    deltas.push(event.delta);
    if (deltas.length === 1) {
      void held.then((exchange) => {
        exchange.send(chatChunk({ content: "second" }));
        finish(exchange);
      });
    }
  });
  expect((await stream.finalResponse()).output_text).toBe("first second");
  expect(deltas).toEqual(["first ", "second"]);
});

it("sends whole frames, LF only, event equal to type, [DONE] last, nothing compressed or buffered", async () => {
  team.upstream.script(chatText(["a", "b", "c"]));
  const answer = await postResponse(
    { server, key: team.key },
    { model: team.model, input: "Hi", stream: true },
    { headers: { "accept-encoding": "gzip, br" } },
  );
  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  expect(answer.headers.get("content-encoding")).toBeNull();
  expect(answer.headers.get("x-accel-buffering")).toBe("no");
  expect(answer.headers.get("cache-control")).toContain("no-transform");
  const text = await answer.text();
  expect(text).not.toContain("\r");
  const frames = text.split("\n\n").slice(0, -1);
  expect(frames.at(-1)).toBe("data: [DONE]");
  for (const frame of frames.slice(0, -1)) {
    const [event = "", data = "", ...rest] = frame.split("\n");
    expect(rest).toEqual([]);
    expect(event).toBe(`event: ${JSON.parse(data.slice(6)).type}`);
  }
  expect(brokenRules(eventsOf(text))).toEqual([]);
});

it("writes the frames of one upstream read together", async () => {
  let go = () => {};
  team.upstream.script(async (exchange) => {
    exchange.send(chatChunk({ content: "x" }));
    await new Promise<void>((resolve) => (go = resolve));
    const frames = ["1", "2", "3"].map((content) => `data: ${JSON.stringify(chatChunk({ content }))}\n\n`);
    exchange.sendRaw(frames.join(""));
    await eventually(() => expect(raw.chunks.join("")).toContain('"delta":"3"'));
    finish(exchange);
  });
  const raw = await openRaw({ model: team.model, input: "Hi", stream: true });
  await eventually(() => expect(raw.chunks.join("")).toContain('"delta":"x"'));
  go();
  await raw.ended;
  const chunk = raw.chunks.find((text) => text.includes('"delta":"1"'));
  expect(chunk).toContain('"delta":"2"');
  expect(chunk).toContain('"delta":"3"');
  for (const text of raw.chunks) expect(text.endsWith("\n\n")).toBe(true);
});

describe("a client that leaves", () => {
  it("closes the vendor's socket and leaves a cancelled response with what was said", async () => {
    const held = holdAfterFirstDelta();
    const raw = await openRaw({ model: team.model, input: "Leave me", stream: true });
    await eventually(() => expect(raw.chunks.join("")).toContain('"delta":"first "'));
    const exchange = await held;
    raw.destroy();
    await exchange.abandoned;
    const id = /"id":"(resp_[^"]+)"/.exec(raw.chunks.join(""))?.[1] ?? "";
    const stored = await eventually(() => team.client.responses.retrieve(id));
    expect(stored).toMatchObject({ status: "cancelled", output_text: "first " });
    expect(stored.output[0]).toMatchObject({ status: "incomplete" });
    await eventually(async () => {
      const rows = await query(server, "SELECT status FROM trace WHERE response_id = $1", [id]);
      expect(rows).toEqual([{ status: "cancelled" }]);
    });
  });

  it("closes the vendor's socket for a JSON answer too", async () => {
    const held = holdAfterFirstDelta();
    const controller = new AbortController();
    const answer = postResponse(
      { server, key: team.key },
      { model: team.model, input: "Leave me" },
      { signal: controller.signal },
    ).catch((error: Error) => error.name);
    const exchange = await held;
    controller.abort();
    await exchange.abandoned;
    expect(await answer).toBe("AbortError");
  });

  it("before the vendor has said anything", async () => {
    const silent = new Promise<UpstreamExchange>((resolve) => team.upstream.script(resolve));
    const controller = new AbortController();
    const body = { model: team.model, input: "Leave me", stream: true };
    const answer = await postResponse({ server, key: team.key }, body, { signal: controller.signal });
    const exchange = await silent;
    controller.abort();
    await exchange.abandoned;
    await expect(answer.text()).rejects.toThrow();
  });
});

describe("a vendor that fails", () => {
  it("in the middle: error, then response.failed, stored and traced", async () => {
    const held = holdAfterFirstDelta();
    const raw = await openRaw({ model: team.model, input: "Hi", stream: true });
    await eventually(() => expect(raw.chunks.join("")).toContain('"delta":"first "'));
    (await held).cut();
    await raw.ended;
    const text = raw.chunks.join("");
    const events = eventsOf(text);
    expect(events.slice(-2).map((event) => event.type)).toEqual(["error", "response.failed"]);
    expect(events.at(-2)).toMatchObject({ error: { code: "provider_error" }, code: "provider_error" });
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(brokenRules(events)).toEqual([]);
    const id = /"id":"(resp_[^"]+)"/.exec(text)?.[1] ?? "";
    expect(await team.client.responses.retrieve(id)).toMatchObject({
      status: "failed",
      error: { code: "provider_error" },
    });
  });

  it("for JSON: its status and shape, told apart from our own keys", async () => {
    team.upstream.script((exchange) => exchange.json(401, { error: { message: "bad key" } }));
    const answer = await postResponse({ server, key: team.key }, { model: team.model, input: "Hi" });
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ error: { code: "provider_auth_error", type: "server_error" } });
  });
});

it("has the response durable when completed is seen", async () => {
  for (let round = 0; round < 20; round++) {
    const stream = await team.client.responses.create({ model: "builtin/echo", input: "durable?", stream: true });
    for await (const event of stream) {
      if (event.type !== "response.completed") continue;
      expect(await team.client.responses.retrieve(event.response.id)).toMatchObject({ status: "completed" });
    }
  }
});
