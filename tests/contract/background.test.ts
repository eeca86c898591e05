import { describe, expect, test } from "vitest";
import { breakOff } from "#server/protocol/break-off";
import { type Dialect, writeEvent, writeResponse } from "#server/protocol/dialect";
import { numberEvents, type ResponseEvent } from "#server/protocol/events";
import type { Json } from "#server/protocol/json-values";
import { parseCreateResponse } from "#server/protocol/request";
import { openResponse, type ResponseResource } from "#server/protocol/response";
import { bodyFaults, eventFaults } from "#tests/contract/faults";
import { SCENES } from "#tests/contract/scenes";
import { hasReference } from "#tests/support/captures";
import type { Contract } from "#tests/support/contract-schemas";
import { asWire, runEngine } from "#tests/support/run-engine";

const CONTRACT: Record<Dialect, Contract> = { default: "openai", strict: "open-responses" };
const view = { include: [], baseUrl: "https://host.example" };

function faultsOf(dialect: Dialect, events: ResponseEvent[], response: ResponseResource): string[] {
  numberEvents(events, 0);
  const wire = asWire(events.map((event) => writeEvent(dialect, event, view)));
  const body = JSON.parse(JSON.stringify(writeResponse(dialect, response, view))) as Json;
  const ofEvents = wire.flatMap((event) => eventFaults(CONTRACT[dialect], event).map((f) => `${event.type}: ${f}`));
  return [...ofEvents, ...bodyFaults(CONTRACT[dialect], body)];
}

describe.skipIf(!hasReference).each(["default", "strict"] as const)("in the %s dialect", (dialect) => {
  test("a queued response and the opening of its stream are what the contract says", () => {
    const request = parseCreateResponse({ model: "m", input: "hi", background: true });
    const opening = openResponse({ id: "resp_1", createdAt: 1_700_000_000, model: "m", request, status: "queued" });
    const events: ResponseEvent[] = [
      { type: "response.created", response: opening },
      { type: "response.queued", response: opening },
      { type: "response.in_progress", response: { ...opening, status: "in_progress" } },
    ];
    expect(faultsOf(dialect, events, opening)).toEqual([]);
  });

  test.each(Object.keys(SCENES))("so is the end of one that broke off: %s", async (name) => {
    const scene = SCENES[name]?.();
    if (!scene) throw new Error(name);
    const events = await runEngine(scene);
    const { closing, response: latest } = breakOff(events.slice(0, Math.ceil(events.length / 2)));
    const response: ResponseResource = {
      ...latest,
      status: "failed",
      error: { code: "run_interrupted", message: "The run was broken off." },
    };
    expect(faultsOf(dialect, [...closing, { type: "response.failed", response }], response)).toEqual([]);
  });
});
