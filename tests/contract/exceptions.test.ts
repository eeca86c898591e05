import { describe, expect, test } from "vitest";
import { writeEvent } from "#server/protocol/dialect";
import { EXCEPTIONS } from "#tests/contract/exceptions";
import { eventFaults } from "#tests/contract/faults";
import { allRecordedStreams, asResponseEvents, hasReference } from "#tests/support/captures";
import { contractPart } from "#tests/support/contract-schemas";
import { asWire } from "#tests/support/run-engine";

const entries = Object.entries(EXCEPTIONS);
const recorded = entries.flatMap(([name, { contract, evidence }]) =>
  "capture" in evidence ? [{ name, contract, capture: evidence.capture }] : [],
);
const contradicted = entries.flatMap(([name, { contract, schemas, evidence }]) =>
  "capture" in evidence ? [] : [{ name, contract, schemas, ...evidence }],
);

/** The events of a recording, as this server would write them in the dialect of the contract. */
function eventsOf(capture: string, strict: boolean) {
  const events = allRecordedStreams().flatMap((stream) => (stream.name.startsWith(`${capture}#`) ? stream.events : []));
  const view = { include: [], baseUrl: "https://host.example" };
  return strict ? asWire(asResponseEvents(events).map((event) => writeEvent("strict", event, view))) : events;
}

test("no exception comes in without a recording", () => {
  expect(contradicted.flatMap(({ schemas }) => schemas)).toEqual([
    "CreateChatCompletionStreamResponse",
    "ChatCompletionMessageList",
    "OpenAIFile",
    "ListFilesResponse",
    "CreateEmbeddingResponse",
  ]);
});

describe.skipIf(!hasReference)("the evidence (skipped without ../shared/reference)", () => {
  test.each(recorded)("$capture needs the exception '$name'", ({ name, contract, capture }) => {
    const events = eventsOf(capture, contract === "open-responses");
    expect(events).not.toEqual([]);
    const healed = events.filter((event) => {
      const faults = eventFaults(contract, event, name);
      return faults.length > 0 && faults.join() !== eventFaults(contract, event).join();
    });
    expect(healed).not.toEqual([]);
  });

  test.each(contradicted)("the contract contradicts itself where it says '$says'", ({ contract, ...evidence }) => {
    expect(JSON.stringify(contractPart(contract, evidence.contradiction))).toContain(evidence.says);
  });
});
