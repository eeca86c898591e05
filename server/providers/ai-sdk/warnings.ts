import type { SharedV4Warning } from "@ai-sdk/provider";
import type { AppError } from "#server/errors";
import type { SdkCall } from "#server/providers/ai-sdk/sdk-model";
import type { ModelQuestion, ModelRequest, ModelWarning } from "#server/providers/provider";
import { type Demand, demandsOf, refuseDemand } from "#server/providers/shared/demands";

/** The packages' names of settings that a demand depends on. */
const DEMANDS: Record<string, readonly Demand[]> = {
  presencePenalty: ["presencePenalty"],
  frequencyPenalty: ["frequencyPenalty"],
  seed: ["seed"],
  stopSequences: ["stop"],
  // JSON may be asked for by a tool that must be called.
  toolChoice: ["forcedTools", "noTools", "jsonSchema", "jsonObject"],
  responseFormat: ["jsonSchema", "jsonObject"],
};

/** The first of a request's demands that a package warns of not sending; null when it sends them all. */
export function demandLeftOut(warnings: readonly SharedV4Warning[], question: ModelQuestion): Demand | null {
  const demands = demandsOf(question);
  const left = warnings.flatMap((warning) => (warning.type === "unsupported" ? (DEMANDS[warning.feature] ?? []) : []));
  return left.find((demand) => demands.includes(demand)) ?? null;
}

/** The refusal of a demand that a package has no place for at this model. */
export function refuseLeftOut({ vendor, connection, modelId }: SdkCall, demand: Demand): AppError {
  const asked = { row: vendor.capabilities, connection, modelId };
  return refuseDemand(asked, demand, "not for this model, or not beside the rest of the request");
}

/** A package's warning as the trace keeps it. */
function toModelWarning(warning: SharedV4Warning): ModelWarning {
  if (warning.type === "other") return { setting: "request", message: warning.message };
  if (warning.type === "deprecated") return { setting: warning.setting, message: warning.message };
  return { setting: warning.feature, message: warning.details ?? "left out" };
}

/**
 * Tells the trace what a package leaves out or changes. Throws AppError unsupported_parameter when that is more than a
 * hint: nothing has been said yet, and silence would pass another answer off as the one asked for.
 */
export function heedWarnings(warnings: readonly SharedV4Warning[], request: ModelRequest, call: SdkCall): void {
  const demand = demandLeftOut(warnings, request);
  if (demand !== null) throw refuseLeftOut(call, demand);
  for (const warning of warnings) request.onWarning?.(toModelWarning(warning));
}
