import { expect, test } from "vitest";
import type { ResponseEvent } from "#server/protocol/events";
import { createFold, foldEvents } from "#server/protocol/fold";
import { FILE_SEARCH, fakeSearch } from "#tests/support/fake-search";
import { runEngine } from "#tests/support/run-engine";
import { callingTurn, sayingTurn, scriptedModel } from "#tests/support/scripted-model";

function searchingRun(): Promise<ResponseEvent[]> {
  const search = { id: "c1", name: "file_search", arguments: { query: "cats" } };
  const model = scriptedModel(
    [[{ type: "reasoning_summary", text: "hm", part: 0 }], ...callingTurn(search)],
    sayingTurn("Cats ", "purr【1】", "."),
  );
  return runEngine({ model, tools: [fakeSearch()], body: { tools: [FILE_SEARCH] } });
}

test("the fold grows with the stream: status, text and citations as far as they have come", async () => {
  const fold = createFold();
  const seen: string[] = [];
  for (const event of await searchingRun()) {
    fold.add(event);
    const { status, output } = fold.response();
    const last = output.at(-1);
    if (last?.type === "file_search_call") seen.push(`search ${last.status}`);
    if (last?.type !== "message") continue;
    const [part] = last.content;
    if (part?.type === "output_text") seen.push(`${status} "${part.text}" ${part.annotations.length}`);
  }
  expect([...new Set(seen)]).toEqual([
    "search in_progress",
    "search searching",
    "search completed",
    'in_progress "" 0',
    'in_progress "Cats" 0',
    'in_progress "Cats purr" 0',
    'in_progress "Cats purr" 1',
    'in_progress "Cats purr." 1',
    'completed "Cats purr." 1',
  ]);
});

test("looking at the fold, or changing what it gave, changes neither the events nor what comes", async () => {
  const events = await searchingRun();
  const before = structuredClone(events);
  const fold = createFold();
  for (const event of events.slice(0, -3)) {
    fold.add(event);
    const [first] = fold.response().output;
    if (first?.type === "reasoning" && first.status === "in_progress") first.summary.length = 0;
  }
  expect(events).toEqual(before);
  expect(foldEvents(events)).toEqual((events.at(-1) as { response: object }).response);
});

test("without an event there is nothing to see", () => {
  expect(() => foldEvents([])).toThrow("No event");
});
