import { beforeEach, describe, expect, it } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { AppError, type ErrorCode } from "#server/errors";
import type { ModelAttempt, ModelEvent } from "#server/providers/provider";
import { forgetBreakers, readBreaker } from "#server/services/models/circuit-breaker";
import { routeModel } from "#server/services/models/route-model";
import { collectEvents, modelRequest, textIn } from "#tests/support/model-request";
import { askRoute, failing, recordingTrace, route, target } from "#tests/support/route-targets";
import { sayingTurn } from "#tests/support/scripted-model";

beforeEach(() => {
  setConfig(parseConfig({}));
  forgetBreakers();
});

describe("a routed model", () => {
  it("says who answers before the first word", async () => {
    const events = await askRoute(route(target("a", sayingTurn("Hello")), target("b")));
    expect(events).toEqual([
      { type: "model", modelId: "m", provider: "a" },
      { type: "text", text: "Hello" },
      { type: "finish", reason: "stop" },
    ]);
  });

  it.each<[string, ErrorCode, number | null]>([
    ["no connection", "provider_error", null],
    ["429", "provider_error", 429],
    ["408", "provider_timeout", 408],
    ["500", "provider_error", 500],
    ["503", "provider_error", 503],
    ["an answer that is none", "provider_error", 200],
    ["an empty account", "provider_error", 402],
    ["a timeout", "provider_timeout", null],
    ["a long input", "context_length_exceeded", 400],
    ["a refused credential", "provider_auth_error", 401],
    ["a missing model", "model_not_found", 404],
    ["an address out of bounds", "outbound_not_allowed", null],
    ["a parameter that it does not have", "unsupported_parameter", null],
  ])("falls back on %s", async (_name, code, status) => {
    const routed = route(target("a", failing(code, status)), target("b", sayingTurn("from b")));
    expect(textIn(await askRoute(routed))).toBe("from b");
    expect(routed.serving.name).toBe("b/m");
  });

  it.each<[string, ErrorCode, number | null]>([
    ["a request that the vendor calls wrong", "invalid_request", 400],
    ["a defect of ours", "internal_error", null],
  ])("tells of %s at once", async (_name, code, status) => {
    const second = target("b", sayingTurn("from b"));
    await expect(askRoute(route(target("a", failing(code, status)), second))).rejects.toMatchObject({ code });
    expect(second.model.requests).toHaveLength(0);
    expect(readBreaker("a").failures).toBe(0);
  });

  it("falls back before the first word only: who has spoken is not replaced", async () => {
    const half = async function* (): AsyncGenerator<ModelEvent[]> {
      yield [{ type: "text", text: "Hel" }];
      throw new AppError("provider_error", "cut", { detail: { status: null } });
    };
    const second = target("b", sayingTurn("from b"));
    const said: ModelEvent[] = [];
    const reading = (async () => {
      for await (const events of route(target("a", half), second).stream(modelRequest())) said.push(...events);
    })();
    await expect(reading).rejects.toThrow("cut");
    expect(textIn(said)).toBe("Hel");
    expect(second.model.requests).toHaveLength(0);
    expect(readBreaker("a").failures).toBe(1);
  });

  it("takes a name and a count of tokens for no word yet, and passes neither on when it falls back", async () => {
    const usage = { inputTokens: 5, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 };
    const early = async function* (): AsyncGenerator<ModelEvent[]> {
      yield [{ type: "model", modelId: "early" }];
      yield [{ type: "usage", usage }];
      throw new AppError("provider_error", "cut", { detail: { status: 502 } });
    };
    const events = await askRoute(route(target("a", early), target("b", sayingTurn("b"))));
    expect(events.filter(({ type }) => type === "model")).toEqual([{ type: "model", modelId: "m", provider: "b" }]);
    expect(events.some(({ type }) => type === "usage")).toBe(false);
  });

  it("takes the settings in force for no word yet", async () => {
    const telling = async function* (): AsyncGenerator<ModelEvent[]> {
      yield [{ type: "in_force", settings: { service_tier: "flex" } }];
      throw new AppError("provider_error", "cut", { detail: { status: 502 } });
    };
    const model = route(target("a", telling), target("b", sayingTurn("ok")));
    expect(await askRoute(model)).not.toContainEqual(expect.objectContaining({ type: "in_force" }));
    expect(model.serving.name).toBe("b/m");
  });

  it("passes an answer without a word on, and does not ask anybody else for one", async () => {
    const second = target("b", sayingTurn("from b"));
    const events = await askRoute(route(target("a", [[{ type: "finish", reason: "stop" }]]), second));
    expect(events.at(-1)).toEqual({ type: "finish", reason: "stop" });
    expect(second.model.requests).toHaveLength(0);
  });

  it("asks who answered first in the response's later calls, and falls back from there", async () => {
    const a = target("a", failing("provider_error", 503), sayingTurn("a again"));
    const b = target("b", sayingTurn("b first"), failing("provider_timeout"));
    const routed = route(a, b);
    expect(textIn(await askRoute(routed))).toBe("b first");
    expect(textIn(await askRoute(routed))).toBe("a again");
    expect(routed.serving).toBe(a);
    expect([a.model.requests.length, b.model.requests.length]).toEqual([2, 2]);
  });

  it("tries each target once while there is another, and the last as often as is configured", async () => {
    const a = target("a", failing("provider_error", 503));
    const b = target("b", failing("provider_error", 503));
    await expect(askRoute(route(a, b))).rejects.toMatchObject({ code: "provider_error" });
    expect(a.model.requests[0]?.maxAttempts).toBe(1);
    expect(b.model.requests[0]?.maxAttempts).toBeUndefined();
  });

  it("tells of the failure that another try may mend", async () => {
    const long = failing("context_length_exceeded", 400);
    const busy = failing("provider_error", 429);
    await expect(askRoute(route(target("a", busy), target("b", long)))).rejects.toMatchObject({
      code: "provider_error",
    });
    await expect(askRoute(route(target("c", long), target("d", long)))).rejects.toMatchObject({
      code: "context_length_exceeded",
    });
    expect([readBreaker("a").failures, readBreaker("b").failures]).toEqual([1, 0]);
  });

  it("reports every failed attempt with its target", async () => {
    const attempts: ModelAttempt[] = [];
    const routed = route(target("a", failing("provider_timeout")), target("b", sayingTurn("b")));
    await collectEvents(routed, modelRequest({ onAttempt: (attempt) => attempts.push(attempt) }));
    expect(attempts).toMatchObject([{ target: "a/m", attempt: 1, status: null, error: "provider_timeout" }]);
  });

  it("leaves a span for each attempt, under the call's own", async () => {
    const { trace, spans } = recordingTrace();
    const a = target("a", failing("provider_error", 500));
    const b = target("b", sayingTurn("b"));
    const routed = routeModel({ alias: "fast", candidates: [a, b], trace });
    await collectEvents(routed, modelRequest({ spanId: "call" }));
    expect(spans.map(({ start }) => [start.name, start.kind, start.parentId])).toEqual([
      ["attempt a/m", "model", "call"],
      ["attempt b/m", "model", "call"],
    ]);
    expect(spans.map(({ start }) => start.attributes)).toMatchObject([
      { alias: "fast", provider: "a", model: "m", attempt: 1, breaker: "closed" },
      { alias: "fast", provider: "b", model: "m", attempt: 2, breaker: "closed" },
    ]);
    expect(spans.map(({ end }) => end?.status)).toEqual(["error", "ok"]);
    expect(spans[0]?.end?.error).toEqual({ code: "provider_error", message: "provider_error 500" });
  });

  it("asks a target whose breaker is open last", async () => {
    const a = target("a", failing("provider_error", 500));
    const b = target("b", sayingTurn("b"));
    for (let count = 0; count < 5; count += 1) await askRoute(route(a, b));
    expect(readBreaker("a").state).toBe("open");
    expect(a.model.requests).toHaveLength(3);
    expect(b.model.requests).toHaveLength(5);
  });

  it("neither asks nor tells a breaker for a caller's own key", async () => {
    const a = { ...target("a", failing("provider_auth_error", 401)), breaker: null };
    for (let count = 0; count < 5; count += 1) await askRoute(route(a, target("b", sayingTurn("b"))));
    expect(a.model.requests).toHaveLength(5);
  });

  it("holds nothing against a target whose caller has left", async () => {
    const { trace, spans } = recordingTrace();
    const stop = new AbortController();
    const silent = async function* (): AsyncGenerator<ModelEvent[]> {
      yield [];
      stop.abort(new AppError("cancelled", "gone"));
      throw stop.signal.reason;
    };
    const second = target("b", sayingTurn("b"));
    const routed = routeModel({ alias: "fast", candidates: [target("a", silent), second], trace });
    await expect(collectEvents(routed, modelRequest({ signal: stop.signal }))).rejects.toThrow("gone");
    expect(readBreaker("a").failures).toBe(0);
    expect(second.model.requests).toHaveLength(0);
    expect(spans.map(({ end }) => end?.status)).toEqual(["cancelled"]);
  });

  it("adds up what each call cost where it was answered", async () => {
    const usage = (outputTokens: number): ModelEvent[][] => [
      [{ type: "text", text: "x" }],
      [{ type: "usage", usage: { inputTokens: 1, cachedTokens: 0, outputTokens, reasoningTokens: 0 } }],
      [{ type: "finish", reason: "stop" }],
    ];
    const routed = route(target("free", usage(100), failing("provider_timeout")), target("b", usage(7)));
    await askRoute(routed);
    expect(routed.spentUsd).toBe(0);
    await askRoute(routed);
    expect(routed.spentUsd).toBe(7);
  });
});
