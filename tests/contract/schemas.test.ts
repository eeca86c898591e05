import { describe, expect, test } from "vitest";
import { type Dialect, writeEvent, writeResponse } from "#server/protocol/dialect";
import { isTerminalEvent } from "#server/protocol/events";
import type { Json } from "#server/protocol/json-values";
import { type Include, parseCreateResponse } from "#server/protocol/request";
import { brokenRules, type WireEvent } from "#server/protocol/stream-rules";
import { unfoldResponse } from "#server/protocol/unfold";
import { EXCEPTIONS } from "#tests/contract/exceptions";
import { bodyFaults, eventFaults } from "#tests/contract/faults";
import { SCENES } from "#tests/contract/scenes";
import { hasReference } from "#tests/support/captures";
import type { Contract } from "#tests/support/contract-schemas";
import { asWire, runEngine } from "#tests/support/run-engine";

const CONTRACT: Record<Dialect, Contract> = { default: "openai", strict: "open-responses" };
const DIALECTS: Dialect[] = ["default", "strict"];

/** The whole stream of a scene as a client of the dialect receives it, and the body it would get without streaming. */
async function play(scene: string, dialect: Dialect): Promise<{ events: WireEvent[]; body: Json }> {
  const script = SCENES[scene]?.();
  if (!script) throw new Error(`no scene ${scene}`);
  const include: Include[] = parseCreateResponse({ input: "hi", ...script.body }).include;
  const view = { include, baseUrl: "https://host.example" };
  const events = await runEngine(script);
  const last = events.at(-1);
  if (!last || !isTerminalEvent(last)) throw new Error("no terminal event");
  return {
    events: asWire(events.map((event) => writeEvent(dialect, event, view))),
    body: JSON.parse(JSON.stringify(writeResponse(dialect, last.response, view))) as Json,
  };
}

const cases = DIALECTS.flatMap((dialect) => Object.keys(SCENES).map((scene) => ({ scene, dialect })));

test.each(cases)("the $dialect stream of '$scene' obeys the order rules, unfolded too", async ({ scene, dialect }) => {
  const { events } = await play(scene, dialect);
  expect(brokenRules(events)).toEqual([]);
});

test.each(Object.keys(SCENES))("the response of '%s' unfolds into a stream that obeys the rules", async (scene) => {
  const script = SCENES[scene]?.();
  const last = script ? (await runEngine(script)).at(-1) : undefined;
  if (!last || !isTerminalEvent(last)) throw new Error("no terminal event");
  const events = unfoldResponse(last.response).map((event, index) => ({ ...event, sequence_number: index }));
  expect(brokenRules(asWire(events))).toEqual([]);
});

describe.skipIf(!hasReference)("under the contracts' schemas", () => {
  test.each(cases)(
    "$dialect: $scene",
    async ({ scene, dialect }) => {
      const { events, body } = await play(scene, dialect);
      const contract = CONTRACT[dialect];
      const faults = events.flatMap((event) => eventFaults(contract, event).map((fault) => `${event.type}: ${fault}`));
      expect(faults).toEqual([]);
      expect(bodyFaults(contract, body)).toEqual([]);
    },
    120_000,
  );

  test.each(Object.entries(EXCEPTIONS).filter(([, exception]) => !exception.schemas))(
    "the exception '%s' is needed for what we say",
    async (name, exception) => {
      const dialect = exception.contract === "openai" ? "default" : "strict";
      const faults: string[] = [];
      for (const scene of Object.keys(SCENES)) {
        const { events, body } = await play(scene, dialect);
        faults.push(...events.flatMap((event) => eventFaults(exception.contract, event, name)));
        faults.push(...bodyFaults(exception.contract, body, name));
      }
      expect(faults).not.toEqual([]);
    },
  );

  test("a wrong body and a wrong event are found", async () => {
    const { body, events } = await play("text", "strict");
    expect(bodyFaults("open-responses", { ...body, temperature: null })).not.toEqual([]);
    expect(bodyFaults("openai", { ...body, output: [{ type: "message" }] })).not.toEqual([]);
    const delta = events.find((event) => event.type === "response.output_text.delta");
    expect(eventFaults("openai", { type: "", ...delta, item_id: 7 })).not.toEqual([]);
    expect(eventFaults("openai", { type: "response.reasoning.delta", sequence_number: 1 })).toEqual([
      "response.reasoning.delta is not defined",
    ]);
  });
});
