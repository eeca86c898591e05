import { z } from "zod";
import { MAX_TEXT_LENGTH } from "#server/protocol/content";
import { type InputItem, ItemInput, normalizeItem, userMessage } from "#server/protocol/items";
import { RequestProblem } from "#server/protocol/problem";
import { checkTools } from "#server/protocol/request-tools";
import { normalizeTool, type RequestTool } from "#server/protocol/tools";

/** Asks for the context to be compacted. It is kept nowhere. */
const CompactionTriggerInput = z
  .object({ type: z.literal("compaction_trigger") })
  .meta({ id: "CompactionTriggerInput", description: "Compacts the context; the last item of its input" });

/** `input` of a request, each item after `withItemType`. */
export const RequestInput = z.union([
  z.string().max(MAX_TEXT_LENGTH),
  z.array(z.discriminatedUnion("type", [...ItemInput.options, CompactionTriggerInput])),
]);

/** What a request's `input` says. */
export interface ReadInput {
  input: InputItem[];
  /** Tools that items of the input bring, credentials and all, by the items' places in it. */
  additionalTools: ReadonlyMap<number, RequestTool[]>;
  /** The context is to be compacted, and nothing else. */
  compactNow: boolean;
}

/** Throws RequestProblem for a trigger that is not the last item, and for two tools of an item that have one name. */
export function readInput(input: z.infer<typeof RequestInput> | null | undefined): ReadInput {
  if (input == null || typeof input === "string") {
    const items = input == null ? [] : [userMessage(input)];
    return { input: items, additionalTools: new Map(), compactNow: false };
  }
  const additionalTools = new Map<number, RequestTool[]>();
  const items = input.flatMap((item, place): InputItem[] => {
    if (item.type === "compaction_trigger") {
      if (place === input.length - 1) return [];
      const message = `Invalid 'input[${place}]': a compaction_trigger must be the last item of the input.`;
      throw new RequestProblem("invalid_value", message, { param: `input[${place}]` });
    }
    if (item.type === "additional_tools") {
      const tools = item.tools.map(normalizeTool);
      checkTools(tools, `input[${place}].tools`);
      additionalTools.set(place, tools);
    }
    return [normalizeItem(item)];
  });
  return { input: items, additionalTools, compactNow: items.length < input.length };
}
