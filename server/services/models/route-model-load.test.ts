import { beforeEach, describe, expect, it } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { AppError } from "#server/errors";
import type { ModelEvent } from "#server/providers/provider";
import { forgetBreakers } from "#server/services/models/circuit-breaker";
import { orderTargets } from "#server/services/models/order-targets";
import { type RouteCandidate, routeModel } from "#server/services/models/route-model";
import { silentTrace } from "#server/tracing/span";
import { collectEvents, modelRequest, testConnection, textIn } from "#tests/support/model-request";

const REQUESTS = 400;

beforeEach(() => {
  setConfig(parseConfig({}));
  forgetBreakers();
});

interface Counted extends RouteCandidate {
  priority: number;
  weight: number;
  calls: number;
}

/** A target that waits a turn of the event loop and then answers, or fails when `fails` says so. */
function target(name: string, fails: (call: number) => boolean, rank = { priority: 1, weight: 1 }): Counted {
  const counted: Counted = {
    name: `${name}/m`,
    connection: testConnection({ name }),
    modelId: "m",
    breaker: name,
    calls: 0,
    ...rank,
    price: () => null,
    model: {
      modelId: "m",
      async *stream(): AsyncGenerator<ModelEvent[]> {
        counted.calls += 1;
        const failing = fails(counted.calls);
        await new Promise(setImmediate);
        if (failing) throw new AppError("provider_error", `${name} failed`, { detail: { status: 503 } });
        yield [{ type: "text", text: name }];
        await new Promise(setImmediate);
        yield [{ type: "finish", reason: "stop" }];
      },
    },
  };
  return counted;
}

/** Sends all requests at once; what each client saw. */
async function load(...targets: [Counted, ...Counted[]]): Promise<{ answers: string[]; errors: unknown[] }> {
  const request = async () => {
    const [first = targets[0], ...others] = orderTargets(targets);
    const model = routeModel({ alias: "fast", candidates: [first, ...others], trace: silentTrace });
    return textIn(await collectEvents(model, modelRequest()));
  };
  const settled = await Promise.allSettled(Array.from({ length: REQUESTS }, request));
  return {
    answers: settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])),
    errors: settled.flatMap((each) => (each.status === "rejected" ? [each.reason] : [])),
  };
}

const everySecond = (call: number) => call % 2 === 1;
const never = () => false;
const always = () => true;

describe("under load", () => {
  it("no client sees an error while a target fails half the time and another is healthy", async () => {
    const shaky = target("shaky", everySecond);
    const healthy = target("healthy", never);
    const { answers, errors } = await load(shaky, healthy);
    expect(errors).toEqual([]);
    expect(answers).toHaveLength(REQUESTS);
    expect(shaky.calls).toBeGreaterThan(REQUESTS / 4);
    expect(answers.filter((name) => name === "shaky").length).toBe(Math.floor(shaky.calls / 2));
    expect(healthy.calls).toBe(REQUESTS - Math.floor(shaky.calls / 2));
  });

  it("nor when the healthy one is only the last resort and another is dead", async () => {
    const targets: [Counted, Counted, Counted] = [
      target("dead", always),
      target("shaky", everySecond, { priority: 2, weight: 1 }),
      target("healthy", never, { priority: 3, weight: 1 }),
    ];
    const { answers, errors } = await load(...targets);
    expect(errors).toEqual([]);
    expect(answers).toHaveLength(REQUESTS);
    expect(answers).not.toContain("dead");
  });

  it("spares a dead target once its breaker is open", async () => {
    const dead = target("dead", always);
    const healthy = target("healthy", never, { priority: 2, weight: 1 });
    await load(dead, healthy);
    const before = dead.calls;
    const { errors } = await load(dead, healthy);
    expect(errors).toEqual([]);
    expect(dead.calls).toBe(before);
    expect(healthy.calls).toBe(2 * REQUESTS);
  });
});
