import { z } from "zod";
import { type CallLabels, CallLabelsInput } from "#server/protocol/call-labels";
import { FunctionOutputContentInput, type FunctionOutputPart, MAX_TEXT_LENGTH } from "#server/protocol/content";
import type { ItemStatus } from "#server/protocol/items";

const id = z.string().nullish();
const status = z.string().nullish();
const callId = z.string().min(1).max(64);

/** A call of a custom tool, whose input is free text, as a request carries it. */
export const CustomToolCallInput = z
  .object({
    type: z.literal("custom_tool_call"),
    id,
    status,
    call_id: callId,
    name: z.string().min(1).max(128),
    input: z.string().max(MAX_TEXT_LENGTH),
    ...CallLabelsInput,
  })
  .meta({ id: "CustomToolCallInput" });

/** What a custom tool answered, as a request carries it. */
export const CustomToolCallOutputInput = z
  .object({
    type: z.literal("custom_tool_call_output"),
    id,
    status,
    call_id: callId,
    output: z.union([z.string().max(MAX_TEXT_LENGTH), z.array(FunctionOutputContentInput)]),
    ...CallLabelsInput,
  })
  .meta({ id: "CustomToolCallOutputInput" });

export interface CustomToolCallItem extends CallLabels {
  type: "custom_tool_call";
  id: string;
  status: ItemStatus;
  call_id: string;
  name: string;
  input: string;
}

export interface CustomToolCallOutputItem extends CallLabels {
  type: "custom_tool_call_output";
  id: string;
  status: ItemStatus;
  call_id: string;
  output: string | FunctionOutputPart[];
}
