import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setClock } from "#server/clock";
import { config, setConfig } from "#server/config";
import type { Connection, LanguageModel, ModelAttempt, ModelEvent, ModelRequest } from "#server/providers/provider";
import { createProvider } from "#server/providers/registry";
import { installFakeClock } from "#tests/support/fake-clock";
import { collectEvents, modelRequest, textIn } from "#tests/support/model-request";
import { upstreamForSuite } from "#tests/support/upstream-suite";
import {
  beginningOf,
  connectionTo,
  emptyTalk,
  endStream,
  playing,
  refusing,
  vendorWires,
} from "#tests/support/vendor-wires";

const upstream = upstreamForSuite({ PROVIDER_BACKOFF_SECONDS: "0.01" });

afterEach(() => setClock());

describe.each(vendorWires)("$name", (wire) => {
  let connection: Connection;
  let model: LanguageModel;
  let attempts: ModelAttempt[];

  beforeEach(() => {
    connection = connectionTo(wire, upstream.baseUrl);
    model = createProvider(connection).languageModel(wire.modelId);
    attempts = [];
  });

  const ask = (change: Partial<ModelRequest> = {}): Promise<ModelEvent[]> =>
    collectEvents(model, modelRequest({ onAttempt: (attempt) => attempts.push(attempt), ...change }));
  const failing = async (change: Partial<ModelRequest> = {}): Promise<unknown> =>
    ask(change).then(
      (events) => expect.fail(`answered with ${events.length} events`),
      (error: unknown) => error,
    );

  it("tries again after 429 and honours retry-after-ms", async () => {
    upstream.script(
      refusing(429, "slow down", { "retry-after-ms": "5" }),
      refusing(500, "oops"),
      playing(wire, "text"),
    );
    expect(textIn(await ask())).toContain("Hello");
    expect(attempts.map(({ status }) => status)).toEqual([429, 500, 200]);
    expect(attempts[0]?.error).toContain("slow down");
  });

  it("tries once where somebody else can be asked", async () => {
    upstream.script(refusing(503, "busy"));
    expect(await failing({ maxAttempts: 1 })).toMatchObject({ code: "provider_error", detail: { status: 503 } });
    expect(attempts.map(({ status }) => status)).toEqual([503]);
    expect(upstream.requests).toHaveLength(1);
  });

  it("waits as long as retry-after says", async () => {
    const time = installFakeClock();
    upstream.script(refusing(503, "busy", { "retry-after": "7" }), playing(wire, "text"));
    const answer = ask();
    await vi.waitFor(() => expect(attempts.length).toBe(1));
    time.advance(6_900);
    await new Promise(setImmediate);
    expect(upstream.requests.length).toBe(1);
    time.advance(200);
    expect(textIn(await answer)).toContain("Hello");
  });

  it("gives up after the last attempt, with the provider's words", async () => {
    upstream.script(refusing(500, "first"), refusing(502, "second"), refusing(503, "third time unlucky"));
    expect(await failing()).toMatchObject({
      code: "provider_error",
      message: expect.stringContaining("third time unlucky"),
      detail: { provider: "vendor", status: 503 },
    });
    expect(attempts.length).toBe(config().PROVIDER_MAX_ATTEMPTS);
  });

  it.each([400, 413, 422])(
    "tells a refusal of the request in the provider's words, without trying again: %i",
    async (status) => {
      upstream.script(refusing(status, "messages.0 is not right, sk-canary-0123456789"));
      const error = await failing();
      expect(error).toMatchObject({
        code: "invalid_request",
        message: "messages.0 is not right, [redacted]",
        detail: { status },
      });
      expect(JSON.stringify([error, attempts])).not.toContain("canary");
      expect(attempts.length).toBe(1);
    },
  );

  it("does not blame the request for an empty account", async () => {
    upstream.script(refusing(400, "Your credit balance is too low to access this API."));
    expect(await failing()).toMatchObject({ code: "provider_error", detail: { status: 400 } });
    expect(attempts.length).toBe(1);
  });

  it("tells a refused credential from everything else, without giving it away", async () => {
    upstream.script(refusing(401, `Incorrect API key provided: ${connection.apiKey}`));
    const error = await failing();
    expect(error).toMatchObject({ code: "provider_auth_error", detail: { status: 401 } });
    expect(JSON.stringify([error, String(error), attempts])).not.toContain(connection.apiKey);
  });

  it("maps an input beyond the context window", async () => {
    upstream.script((exchange) => exchange.json(wire.tooLong.status, wire.tooLong.body));
    expect(await failing()).toMatchObject({ code: "context_length_exceeded", param: "input" });
  });

  it("reports an error inside the stream", async () => {
    upstream.script((exchange) => {
      exchange.sendRaw(beginningOf(wire));
      exchange.sendRaw(wire.streamError);
      endStream(wire, exchange);
    });
    expect(await failing()).toMatchObject({ code: "provider_error", message: expect.stringMatching(/overloaded/i) });
  });

  it("does not take a broken stream for an answer", async () => {
    upstream.script(async (exchange) => {
      exchange.sendRaw(beginningOf(wire));
      await new Promise(setImmediate);
      exchange.cut();
    });
    expect(await failing()).toMatchObject({ code: "provider_error" });
  });

  it("tries again when the connection breaks before the first byte", async () => {
    upstream.script((exchange) => exchange.cut(), playing(wire, "text"));
    expect(textIn(await ask())).toContain("Hello");
    expect(attempts).toMatchObject([
      { status: null, error: expect.stringContaining("could not be reached") },
      { status: 200 },
    ]);
  });

  it("closes the socket of an aborted call, also while the vendor is silent", async () => {
    const stop = new AbortController();
    const reason = new Error("the caller has left");
    upstream.script((exchange) => exchange.openStream());
    const answer = failing({ signal: stop.signal });
    await vi.waitFor(() => expect(upstream.requests.length).toBe(1));
    stop.abort(reason);
    expect(await answer).toBe(reason);
    await upstream.requests[0]?.abandoned;
  });

  it("closes the socket when the reader stops in the middle", async () => {
    upstream.script((exchange) => exchange.sendRaw(wire.fixture("text").subarray(0, -40)));
    for await (const events of model.stream(modelRequest())) if (textIn(events) !== "") break;
    await upstream.requests[0]?.abandoned;
  });

  it("gives up on an answer without end", async () => {
    const settings = config();
    setConfig({ ...settings, PROVIDER_MAX_ANSWER_BYTES: 100_000 });
    let over = false;
    upstream.script(async (exchange) => {
      void exchange.abandoned.then(() => {
        over = true;
      });
      exchange.sendRaw(beginningOf(wire));
      while (!over) {
        exchange.sendRaw(emptyTalk(wire, 10_000));
        await new Promise(setImmediate);
      }
    });
    const error = await failing().finally(() => setConfig(settings));
    expect(error).toMatchObject({ code: "provider_error", message: expect.stringContaining("100000 bytes") });
    await upstream.requests[0]?.abandoned;
  });

  it("gives up on a vendor that never answers, and on one that falls silent", async () => {
    const time = installFakeClock();
    upstream.script((exchange) => exchange.openStream());
    const silent = failing();
    await vi.waitFor(() => expect(upstream.requests.length).toBe(1));
    time.advance(config().PROVIDER_FIRST_BYTE_TIMEOUT_SECONDS - 1);
    time.advance(1);
    expect(await silent).toMatchObject({ code: "provider_timeout", message: expect.stringContaining("60 s") });
    await upstream.requests[0]?.abandoned;

    const heard: string[] = [];
    upstream.script((exchange) => {
      exchange.sendRaw(beginningOf(wire));
    });
    const stuck = (async () => {
      for await (const events of model.stream(modelRequest())) heard.push(textIn(events));
    })();
    const failure = stuck.then(
      () => null,
      (error: unknown) => error,
    );
    await vi.waitFor(() => expect(heard.join("")).toContain("Hello"));
    time.advance(config().PROVIDER_IDLE_TIMEOUT_SECONDS);
    expect(await failure).toMatchObject({ code: "provider_timeout", message: expect.stringContaining("120 s") });
    await upstream.requests[1]?.abandoned;
  });
});
