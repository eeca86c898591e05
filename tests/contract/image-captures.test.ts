import { describe, expect, test } from "vitest";
import { type Json, list, record, text } from "#server/protocol/json-values";
import type { ModelEvent } from "#server/providers/provider";
import { createImageGenerationTool } from "#server/tools/image-generation/image-generation";
import type { Tool } from "#server/tools/tool";
import { hasReference, recordedStreams } from "#tests/support/captures";
import { asWire, runEngine } from "#tests/support/run-engine";
import { callingTurn, type ScriptedTurn, scriptedModel } from "#tests/support/scripted-model";

function outputOf(events: readonly Json[]): Json[] {
  return list(record(events.at(-1)?.response).output).map(record);
}

const fieldsOf = (image: Json) => ({
  size: text(image.size),
  quality: text(image.quality),
  background: text(image.background),
  outputFormat: text(image.output_format),
});

/** The tool of the recording: it draws the images that were drawn there. */
function recordedTool(events: readonly Json[]): Tool {
  const images = outputOf(events).filter(({ type }) => type === "image_generation_call");
  const partials = events.filter(({ type }) => type === "response.image_generation_call.partial_image");
  const tool = createImageGenerationTool({
    action: "auto",
    images: [],
    remember: ({ label }) => ({ label, itemId: null }),
    draw: async (_, { onPartial }) => {
      for (const partial of partials) onPartial({ base64: text(partial.partial_image_b64), ...fieldsOf(partial) });
      const image = record(images.shift());
      return {
        base64: text(image.result),
        revisedPrompt: text(image.revised_prompt),
        fileId: null,
        ...fieldsOf(image),
      };
    },
  });
  return tool as Tool;
}

/** The turns of a model that does what the recording shows. */
function turnsOf(events: readonly Json[]): ScriptedTurn[] {
  const turns: ScriptedTurn[] = [];
  let said: ModelEvent[] = [];
  for (const item of outputOf(events)) {
    if (item.type === "reasoning") said.push({ type: "item", item: "reasoning" }, { type: "item_done" });
    if (item.type === "message") said.push({ type: "item", item: "message" }, { type: "part", part: "output_text" });
    if (item.type !== "image_generation_call") continue;
    const call = { id: "call_1", name: "image_generation", arguments: { prompt: "an echidna" } };
    turns.push([said, ...(callingTurn(call) as ModelEvent[][])]);
    said = [];
  }
  return [...turns, [said, [{ type: "finish", reason: "stop" }]]];
}

/** What two streams that say the same have in common: ids by their kinds, of a response its output. */
function comparable(events: readonly Json[]): unknown {
  const plain = JSON.stringify(events, (key, value) => {
    if (key === "sequence_number") return undefined;
    // OpenAI leaves out of the item that begins what its own schema asks for.
    if (key === "result" && value === null) return undefined;
    return record(value).type === "reasoning" ? { ...record(value), status: undefined } : value;
  });
  return list(JSON.parse(plain.replaceAll(/"(ig|rs|msg)_[0-9a-f]+"/g, '"$1_"'))).map((raw) => {
    const event = record(raw);
    return "response" in event ? { type: event.type, output: record(event.response).output } : event;
  });
}

const streams = recordedStreams().filter(({ name }) => name.includes("image-generation"));

describe.skipIf(!hasReference)("OpenAI's recordings of images", () => {
  test("there is one", () => {
    expect(streams.length).toBeGreaterThan(0);
  });

  test.each(streams)("$name is what our engine says of the same, event for event", async ({ events }) => {
    const body = { tools: [{ type: "image_generation" }] };
    const ours = await runEngine({ model: scriptedModel(...turnsOf(events)), tools: [recordedTool(events)], body });
    expect(comparable(asWire(ours))).toEqual(comparable(events));
  });
});
