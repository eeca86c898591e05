import { beforeEach, describe, expect, it } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { AppError } from "#server/errors";
import type { ModelQuestion } from "#server/providers/provider";
import { forgetBreakers, readBreaker } from "#server/services/models/circuit-breaker";
import { routeModel } from "#server/services/models/route-model";
import { collectEvents, modelRequest, textIn } from "#tests/support/model-request";
import { askRoute, failing, recordingTrace, route, type Target, target } from "#tests/support/route-targets";
import { sayingTurn } from "#tests/support/scripted-model";

beforeEach(() => {
  setConfig(parseConfig({}));
  forgetBreakers();
});

describe("targets that cannot take a request", () => {
  it("asks for a vendor's tools only those of its targets whose vendors run any", async () => {
    const running = (name: string): Target => {
      const made = target(name, sayingTurn(name));
      return { ...made, model: { ...made.model, tellsSettings: true, runsTools: () => Promise.resolve(true) } };
    };
    const plain = target("plain", sayingTurn("plain"));
    const { signal } = new AbortController();
    const mixed = route(plain, running("able"));
    expect([await mixed.runsTools?.(signal), await route(plain).runsTools?.(signal)]).toEqual([true, false]);
    expect([route(running("a")).tellsSettings, mixed.tellsSettings]).toEqual([true, false]);
    const vendorTools = { tools: [{ type: "web_search" as const }], include: [], maxCalls: null };
    expect(textIn(await collectEvents(mixed, modelRequest({ vendorTools })))).toBe("able");
    expect(plain.model.requests).toHaveLength(0);
  });

  it("passes over targets that cannot take the request, and says in the trace why", async () => {
    const refusal = new AppError("unsupported_parameter", "Unsupported parameter: 'seed'.", { param: "seed" });
    const lacking = (name: string): Target => {
      const made = target(name, sayingTurn(name));
      const model = { ...made.model, refusal: async ({ seed }: ModelQuestion) => (seed === null ? null : refusal) };
      return { ...made, model };
    };
    const first = lacking("a");
    const { trace, spans } = recordingTrace();
    const routed = routeModel({
      alias: "fast",
      candidates: [first, target("b", failing("provider_timeout"), sayingTurn("from b"))],
      trace,
    });
    const { signal } = new AbortController();
    const seeded = modelRequest({ seed: 7 });
    expect(await routed.refusal?.(seeded, signal)).toBeNull();
    // The only one left is tried as a last one is, and its failure is the one that counts.
    await expect(collectEvents(routed, seeded)).rejects.toMatchObject({ code: "provider_timeout" });
    expect(spans[0]).toMatchObject({
      start: { name: "skip a/m", attributes: { param: "seed" } },
      end: { error: { code: refusal.code, message: refusal.message } },
    });
    expect(textIn(await collectEvents(routed, seeded))).toBe("from b");
    expect(first.model.requests).toHaveLength(0);
    expect(readBreaker("a").failures).toBe(0);
    expect(textIn(await askRoute(route(lacking("a"), lacking("b"))))).toBe("a");
  });

  it("refuses what none of its targets can take, as the first would", async () => {
    const refusing = (name: string): Target => {
      const made = target(name, sayingTurn(name));
      const refusal = new AppError("unsupported_parameter", name, { param: "stop" });
      return { ...made, model: { ...made.model, refusal: () => Promise.resolve(refusal) } };
    };
    const routed = route(refusing("a"), refusing("b"));
    const { signal } = new AbortController();
    expect(await routed.refusal?.(modelRequest(), signal)).toMatchObject({ message: "a", param: "stop" });
    await expect(askRoute(routed)).rejects.toMatchObject({ code: "unsupported_parameter", message: "a" });
  });
});
