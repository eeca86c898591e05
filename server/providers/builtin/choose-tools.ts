import { createHash } from "node:crypto";
import { codeFor } from "#server/providers/builtin/code-call";
import type { Conversation } from "#server/providers/builtin/conversation";
import type { PlannedPart } from "#server/providers/builtin/emit";
import { readMessageValues } from "#server/providers/builtin/message-values";
import { makeInstance } from "#server/providers/builtin/schema-instance";
import { prepositionsFor } from "#server/providers/builtin/schema-values";
import { splitClauses } from "#server/providers/builtin/split-clauses";
import { webSearchArguments } from "#server/providers/builtin/web-search-call";
import { stemWords } from "#server/providers/builtin/words";
import type { ModelRequest, ModelTool } from "#server/providers/provider";

type PlannedCall = Extract<PlannedPart, { type: "call" }>;

/** Verbs that many tools begin with and that alone ask for none of them. */
const GENERIC = new Set(
  stemWords("get fetch list find search look up create make set update run do call use send read show"),
);
const MAX_PARALLEL = 4;

/** The tools that the request's tool choice leaves open. */
export function openTools(request: ModelRequest): ModelTool[] {
  const choice = request.toolChoice;
  if (choice.type === "none") return [];
  if (choice.type === "tool") return request.tools.filter((tool) => tool.name === choice.name);
  if (choice.type === "allowed") return request.tools.filter((tool) => choice.names.includes(tool.name));
  return request.tools;
}

/** True when the request insists on a call. */
export function mustCall(request: ModelRequest): boolean {
  const choice = request.toolChoice;
  return (
    choice.type === "required" || choice.type === "tool" || (choice.type === "allowed" && choice.mode === "required")
  );
}

/** How clearly a message asks for a tool: 0 not at all, 1 by all the words of its name, 2 by the name itself. */
function clarity(tool: ModelTool, message: string, stems: ReadonlySet<string>): number {
  if (message.toLowerCase().includes(tool.name.toLowerCase())) return 2;
  const name = stemWords(tool.name.replaceAll("_", " ")).filter((stem) => !GENERIC.has(stem));
  const spoken = name.filter((stem) => stems.has(stem)).length;
  if (name.length > 0 && spoken === name.length) return 1;
  const described = new Set(stemWords(tool.description ?? "").filter((stem) => !GENERIC.has(stem)));
  const shared = [...described].filter((stem) => stems.has(stem)).length;
  const total = spoken + shared;
  return total >= 2 ? Math.min(0.9, total / (name.length + described.size)) : 0;
}

function askedFor(tools: ModelTool[], conversation: Conversation): ModelTool[] {
  const stems = new Set(stemWords(conversation.question));
  const scored = tools
    .filter((tool) => !conversation.called.has(tool.name))
    .map((tool) => ({ tool, score: clarity(tool, conversation.question, stems) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  const best = scored[0];
  if (!best) return [];
  return scored.filter(({ score }) => score === best.score && score >= 1).length > 1
    ? scored.filter(({ score }) => score >= 1).map(({ tool }) => tool)
    : [best.tool];
}

/** A call id that is the same whenever the same conversation leads to the same call. */
function callIdOf(request: ModelRequest, tool: ModelTool, position: string): string {
  const seed = JSON.stringify([request.input.length, request.input.at(-1) ?? null, tool.name, position]);
  return `call_${createHash("sha256").update(seed).digest("hex").slice(0, 24)}`;
}

interface TextField {
  name: string;
  /** Several values that the message offers for it: one call each. */
  values: string[];
}

/** The one text field of a tool for which a message names several values, as in "weather in Paris and London". */
function repeatedField(tool: ModelTool, message: string): TextField | null {
  const properties = tool.parameters.properties;
  if (typeof properties !== "object" || properties === null) return null;
  for (const [name, property] of Object.entries(properties)) {
    const isText = typeof property === "object" && property !== null && property.type === "string" && !property.enum;
    const prepositions = prepositionsFor(name);
    if (!isText || prepositions.length === 0) continue;
    const values = readMessageValues(message).allAfter(prepositions);
    if (values.length > 1) return { name, values: values.slice(0, MAX_PARALLEL) };
  }
  return null;
}

const QUESTION_FIELDS = ["query", "question", "prompt", "input", "text"];
const MAX_QUESTION = 4_000;

/** A hosted tool is asked the user's question, whether its schema insists on one or not; several in one, where it can. */
function askHosted(tool: ModelTool, message: string): Record<string, string | string[]> {
  const properties = tool.parameters.properties;
  if (tool.hosted === "code_interpreter") return { code: codeFor(message) };
  if (tool.hosted?.startsWith("web_search")) return webSearchArguments(message);
  if (tool.hosted === null || typeof properties !== "object" || properties === null) return {};
  const clauses = Object.hasOwn(properties, "queries") ? splitClauses(message) : [];
  if (clauses.length > 1) return { queries: clauses };
  const field = QUESTION_FIELDS.find((name) => Object.hasOwn(properties, name));
  return field === undefined || message === "" ? {} : { [field]: message.slice(0, MAX_QUESTION) };
}

function planCalls(request: ModelRequest, tool: ModelTool, message: string): PlannedCall[] {
  const make = (position: string, fixed: Record<string, string>): PlannedCall => {
    const made = makeInstance(tool.parameters, readMessageValues(message), { fillOptional: tool.strict });
    const args = { ...(typeof made === "object" ? made : {}), ...askHosted(tool, message), ...fixed };
    return {
      type: "call",
      callId: callIdOf(request, tool, position),
      name: tool.name,
      arguments: JSON.stringify(args),
    };
  };
  const repeated = request.parallelToolCalls && tool.hosted === null ? repeatedField(tool, message) : null;
  if (repeated === null) return [make("0", {})];
  return repeated.values.map((value, index) => make(String(index), { [repeated.name]: value }));
}

/** Words that ask for a hosted tool without naming it, by how its type begins. */
const WORDS_FOR = [
  ["image_generation", stemWords("draw drawing paint painting sketch illustrate illustration picture")],
  ["code_interpreter", stemWords("python code calculate compute plot")],
  ["web_search", stemWords("web internet online news")],
] as const;

function isSpokenFor({ hosted }: ModelTool, stems: ReadonlySet<string>): boolean {
  return WORDS_FOR.some(([type, words]) => hosted?.startsWith(type) && words.some((word) => stems.has(word)));
}

/** Hosted tools first come `file_search`, then one that the message names or asks for, then the first. */
function fittingHosted(tools: ModelTool[], conversation: Conversation): ModelTool | null {
  const hosted = tools.filter((tool) => tool.hosted !== null && !conversation.called.has(tool.name));
  const search = hosted.find((tool) => tool.hosted === "file_search");
  const stems = new Set(stemWords(conversation.question));
  const spokenFor = hosted.find((tool) => isSpokenFor(tool, stems));
  return search ?? askedFor(hosted, conversation)[0] ?? spokenFor ?? hosted[0] ?? null;
}

/**
 * The calls with which the demo model answers, if any: the fitting hosted tool while there is no result yet,
 * then functions that the message or the tool choice asks for. Arguments fit each tool's schema.
 */
export function chooseCalls(request: ModelRequest, conversation: Conversation): PlannedCall[] {
  const tools = openTools(request);
  const firstTurn = conversation.results.length === 0;
  const functions = tools.filter((tool) => tool.hosted === null);
  const named = request.toolChoice.type === "tool" ? tools[0] : undefined;
  const chosen: ModelTool[] = [];
  if (named) {
    if (firstTurn) chosen.push(named);
  } else {
    const asked = conversation.question === "" ? [] : askedFor(functions, conversation);
    const hosted = firstTurn ? fittingHosted(tools, conversation) : null;
    const first = tools[0];
    if (hosted) chosen.push(hosted);
    else if (asked.length > 0) chosen.push(...asked);
    else if (firstTurn && mustCall(request) && first) chosen.push(first);
  }
  const calls = chosen.flatMap((tool) => planCalls(request, tool, conversation.question));
  return request.parallelToolCalls ? calls : calls.slice(0, 1);
}
