import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { z } from "zod";
import { startEngine } from "#tests/support/run-engine";
import { callingTurn, sayingTurn, scriptedModel } from "#tests/support/scripted-model";

test("what a tool shows is told while it runs", async () => {
  const heard: string[] = [];
  let ended = false;
  const told = (type: string) => expect.poll(() => heard).toContain(type);
  const batches = startEngine({
    model: scriptedModel(callingTurn({ id: "c1", name: "look", arguments: {} }), sayingTurn("ok")),
    tools: [
      {
        name: "look",
        description: "Looks",
        inputSchema: z.object({}),
        call: null,
        async run(_, { stage }) {
          // Until the run waits for it.
          await turn();
          const shown = stage.search(["cats"]);
          await told("response.file_search_call.searching");
          shown.done([]);
          await told("response.file_search_call.completed");
          stage.thought("Enough.");
          await told("response.reasoning_summary_text.done");
          ended = true;
          return { output: "seen", item: {}, sources: [] };
        },
      },
    ],
    body: { tools: [{ type: "agentic_search", vector_store_ids: ["vs_1"] }] },
  });
  for await (const batch of batches) heard.push(...batch.map(({ type }) => type));
  expect(ended).toBe(true);
});
