import { describe, expect, test } from "vitest";
import { foldEvents } from "#server/protocol/fold";
import { brokenRules } from "#server/protocol/stream-rules";
import { asResponseEvents, hasReference, recordedStreams } from "#tests/support/captures";

describe.skipIf(!hasReference)("recordings of OpenAI's API", () => {
  const streams = recordedStreams();

  test("there are some", () => {
    expect(streams.length).toBeGreaterThan(12);
  });

  test.each(streams)("$name obeys the rules that our streams are held to", ({ events }) => {
    expect(brokenRules(events, { lenient: true })).toEqual([]);
  });

  test.each(streams)("the fold of $name is its final response", ({ events }) => {
    const last = events.at(-1);
    expect(foldEvents(asResponseEvents(events))).toEqual(last?.response);
  });
});
