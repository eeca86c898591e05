import { z } from "zod";
import { CallLabelsInput, OutputLabelsInput } from "#server/protocol/call-labels";
import { FunctionOutputContentInput, MAX_TEXT_LENGTH } from "#server/protocol/content";

const id = z.string().nullish();
const status = z.string().nullish();
const callId = z.string().min(1).max(64);

/** A call of a function, as a request carries it. */
export const FunctionCallInput = z
  .object({
    type: z.literal("function_call"),
    id,
    status,
    call_id: callId,
    name: z
      .string()
      .min(1)
      .max(64)
      .regex(/^[a-zA-Z0-9_-]+$/),
    arguments: z.string(),
    ...CallLabelsInput,
  })
  .meta({ id: "FunctionCallInput" });

/** What a function answered, as a request carries it. */
export const FunctionCallOutputInput = z
  .object({
    type: z.literal("function_call_output"),
    id,
    status,
    call_id: callId,
    output: z.union([z.string().max(MAX_TEXT_LENGTH), z.array(FunctionOutputContentInput)]),
    ...OutputLabelsInput,
  })
  .meta({ id: "FunctionCallOutputInput" });
