import { z } from "zod";
import { given } from "#server/protocol/json-values";

const Caller = z.discriminatedUnion("type", [
  z.object({ type: z.literal("direct") }),
  z.object({ type: z.literal("program"), caller_id: z.string().min(1).max(64) }),
]);
const namespace = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-zA-Z0-9_-]+$/);

/** Who made a call: the model itself, or a program that it wrote and its vendor runs. */
export type CallCaller = z.infer<typeof Caller>;

/** What vendors of the Responses API say of a call of the client's, and want back with it and its output. */
export interface CallLabels {
  /** The namespace of the tool that is called. */
  namespace?: string;
  caller?: CallCaller;
}

/** Of a function's output also the name of the tool. */
export interface OutputLabels extends CallLabels {
  name?: string;
}

/** The labels as fields of an item of a request. */
export const CallLabelsInput = { namespace: namespace.nullish(), caller: Caller.nullish() };
export const OutputLabelsInput = { ...CallLabelsInput, name: z.string().min(1).max(128).nullish() };

/** The labels as fields of an item that is shown. */
export const CallLabelsShown = { namespace: z.string().optional(), caller: Caller.optional() };
export const OutputLabelsShown = { ...CallLabelsShown, name: z.string().optional() };

type Labelled = { [K in keyof CallLabels]?: CallLabels[K] | null | undefined };

/** The labels of a call: nothing where it has none. */
export function callLabelsOf({ namespace, caller }: Labelled): CallLabels {
  return given({ namespace, caller }) ?? {};
}

/** The labels of an output: nothing where it has none. */
export function outputLabelsOf({ name, ...labels }: Labelled & { name?: string | null | undefined }): OutputLabels {
  return { ...given({ name }), ...callLabelsOf(labels) };
}

/** The labels that a vendor gives a call, as far as they are of the known form. */
export function readCallLabels(item: Record<string, unknown>): CallLabels {
  const caller = Caller.safeParse(item.caller).data;
  return callLabelsOf({ namespace: z.string().min(1).safeParse(item.namespace).data, caller });
}
