import { AppError } from "#server/errors";
import type { Connection, LanguageModel, ModelContent, ModelEvent, ModelQuestion } from "#server/providers/provider";
import { CAPABILITIES, type Capability, type WireCapabilities } from "#server/providers/shared/capability";

type DemandOf<C extends Capability> = C extends Capability
  ? (typeof CAPABILITIES)[C]["kind"] extends "demand"
    ? C
    : never
  : never;
/** A capability without which a request may not be answered. */
export type Demand = DemandOf<Capability>;

/** What a refusal calls each. */
const WORDS: Record<Demand, string> = {
  tools: "functions",
  serialTools: "limit of one call at a time",
  forcedTools: "forced call of a tool",
  noTools: "ban on calling tools",
  allowedTools: "list of allowed tools",
  customTools: "custom tools",
  hostedTools: "tools that the vendor runs itself",
  jsonSchema: "JSON held to a schema",
  jsonObject: "JSON without a schema",
  images: "images",
  toolImages: "images in the results of tools",
  documents: "documents",
  audio: "audio",
  maxOutputTokens: "limit of the answer's length",
  presencePenalty: "presence penalty",
  frequencyPenalty: "frequency penalty",
  stop: "stop texts",
  seed: "seed",
  logprobs: "log probabilities",
  logitBias: "biases by token",
  moderation: "moderation",
};

function has(content: readonly ModelContent[], type: ModelContent["type"]): boolean {
  return content.some((part) => part.type === type);
}

function inputDemands(input: ModelQuestion["input"]): Demand[] {
  const found = new Set<Demand>();
  for (const item of input) {
    if (item.type !== "message" && item.type !== "tool_result") continue;
    const content = item.type === "message" ? item.content : item.output;
    if (has(content, "audio")) found.add("audio");
    if (has(content, "image")) found.add(item.type === "message" ? "images" : "toolImages");
  }
  return [...found];
}

function toolDemands({ tools, vendorTools, toolChoice, parallelToolCalls }: ModelQuestion): Demand[] {
  const demands: Demand[] = [];
  if (tools.length > 0) demands.push("tools");
  if (tools.some((tool) => tool.custom)) demands.push("customTools");
  if (vendorTools) demands.push("hostedTools");
  if (tools.length === 0 && !vendorTools) return demands;
  if (!parallelToolCalls) demands.push("serialTools");
  if (toolChoice.type === "none") demands.push("noTools");
  else if (toolChoice.type === "allowed") demands.push("allowedTools");
  if (toolChoice.type === "allowed" ? toolChoice.mode === "required" : isForced(toolChoice.type))
    demands.push("forcedTools");
  return demands;
}

function isForced(type: ModelQuestion["toolChoice"]["type"]): boolean {
  return type === "required" || type === "tool" || type === "vendor_tool";
}

function settingDemands(question: ModelQuestion): Demand[] {
  const { format, maxOutputTokens, presencePenalty, frequencyPenalty, stop, seed, topLogprobs, logitBias } = question;
  const { passed } = question;
  const asked: [Demand, boolean][] = [
    ["jsonSchema", format.type === "json_schema"],
    ["jsonObject", format.type === "json_object"],
    ["maxOutputTokens", maxOutputTokens !== null],
    // No penalty is what every model has without being asked.
    ["presencePenalty", Boolean(presencePenalty)],
    ["frequencyPenalty", Boolean(frequencyPenalty)],
    ["stop", stop !== null],
    ["seed", seed !== null],
    ["logprobs", topLogprobs !== null],
    ["logitBias", logitBias !== null && Object.keys(logitBias).length > 0],
    ["moderation", passed?.moderation !== undefined],
  ];
  return asked.flatMap(([demand, isAsked]) => (isAsked ? [demand] : []));
}

/**
 * What a request asks for that changes what its answer means. Defaults are no demands, nor are hints: what only steers
 * cost, speed or style.
 */
export function demandsOf(question: ModelQuestion): Demand[] {
  return [...inputDemands(question.input), ...toolDemands(question), ...settingDemands(question)];
}

/** The first of a request's demands that a wire has nothing for; null when it can take the request. */
export function lackOf(row: WireCapabilities, question: ModelQuestion): Demand | null {
  return demandsOf(question).find((demand) => row.cells[demand].support === "no") ?? null;
}

/** Who would be asked by which wire. */
export interface Asked {
  row: WireCapabilities;
  connection: Connection;
  modelId: string;
}

/** The refusal of a demand: `unsupported_parameter`, naming the field, the model, its wire and what to do. */
export function refuseDemand({ row, connection, modelId }: Asked, demand: Demand, why?: string): AppError {
  const { param } = CAPABILITIES[demand];
  const reason = why ?? row.cells[demand].note;
  const message =
    `Unsupported parameter: '${param}' asks for ${WORDS[demand]}, which the model '${connection.name}/${modelId}' ` +
    `cannot be asked for by ${row.label}${reason === undefined ? "" : ` (${reason})`}. Leave it out, or choose a model ` +
    "of another provider.";
  return new AppError("unsupported_parameter", message, { param, detail: { provider: connection.name, demand } });
}

/** The refusal of a request that a wire cannot honour; null when it can. */
export function refusalOf(asked: Asked, question: ModelQuestion): AppError | null {
  const lack = lackOf(asked.row, question);
  return lack === null ? null : refuseDemand(asked, lack);
}

/**
 * The model, refusing what its wire has nothing for before the vendor is asked: told beforehand by `refusal`, thrown as
 * `unsupported_parameter` by `stream`.
 */
export function holdTo(row: WireCapabilities, connection: Connection, model: LanguageModel): LanguageModel {
  const asked = { row, connection, modelId: model.modelId };
  return {
    ...model,
    async refusal(question, signal) {
      return refusalOf(asked, question) ?? (await model.refusal?.(question, signal)) ?? null;
    },
    stream(request) {
      const refusal = refusalOf(asked, request);
      return refusal ? refusing(refusal) : model.stream(request);
    },
  };
}

/** An answer that only fails. */
function refusing(refusal: AppError): AsyncIterable<ModelEvent[]> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(refusal) }) };
}
