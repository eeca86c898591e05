import { z } from "zod";
import { AppError } from "#server/errors";
import type { FunctionOutputPart } from "#server/protocol/content";
import type { VendorItem } from "#server/protocol/vendor-items";
import type { VendorTool } from "#server/protocol/vendor-tools";
import type { ClientCallForm } from "#server/tools/tool";

/** A call as a model made it that knows functions only. */
export interface FunctionForm {
  callId: string;
  /** JSON text. */
  arguments: string;
}

/** What the client answered to a call. */
export interface AnswerForm {
  callId: string;
  output: string | FunctionOutputPart[];
}

/**
 * A tool of OpenAI's that the client runs, for models that know only functions: how it is told to them, how their calls
 * look on the wire, and what they read of calls and answers that came over the wire.
 */
export interface ClientRunTool {
  readonly callType: ClientCallForm["itemType"];
  readonly outputType: VendorItem["type"];
  /** What the model is told. Throws AppError `unsupported_parameter` for a tool that only its vendor can run. */
  describe(tool: VendorTool, place: string): { description: string; parameters: Record<string, unknown> };
  /** The fields of the item of a call with these arguments (JSON text). Throws AppError when they make no call. */
  toFields(text: string, tool: VendorTool): Record<string, unknown>;
  /** Throws AppError `invalid_value` for an item that is no such call. */
  readCall(item: VendorItem): FunctionForm;
  /** Throws AppError `invalid_value` for an item that is no such answer. */
  readAnswer(item: VendorItem): AnswerForm;
}

/** The id by which a call and its answer are told. */
export const CallId = z.string().min(1).max(64);

/** A whole number as models write it: some write 10.0. */
export const whole = z.number().transform(Math.round);

/** The JSON Schema of what a model has to write. */
export function parametersOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...parameters } = z.toJSONSchema(schema, { io: "input" });
  return parameters;
}

/**
 * Arguments that a model wrote; null stands for what it left out, unless it is to be kept.
 * Throws AppError naming what does not fit.
 */
export function readArguments<S extends z.ZodType>(schema: S, text: string, keepsNull = false): z.output<S> {
  let raw: unknown;
  try {
    raw = JSON.parse(text, (_key, value: unknown) => (keepsNull ? value : (value ?? undefined)));
  } catch {
    throw new AppError("invalid_json", "its arguments are not valid JSON.");
  }
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new AppError("invalid_value", `its arguments do not fit: ${faultsOf(parsed.error)}`);
}

/** A field of an item of the input, or of one that is stored. Throws AppError `invalid_value`, naming what is wrong. */
export function readItem<S extends z.ZodType>(schema: S, item: VendorItem): z.output<S> {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  throw new AppError("invalid_value", `The item of type '${item.type}' does not fit: ${faultsOf(parsed.error)}.`, {
    param: "input",
  });
}

function faultsOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".") || "it"}: ${issue.message}`).join("; ");
}
