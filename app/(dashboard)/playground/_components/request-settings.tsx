import type { Item } from "#server/protocol/items";
import { includeOf, noTools, type ToolSettings, toolsOf } from "./playground-tools";

/** What the side panel sets. Numbers are kept as typed; empty means the model's own default. */
export interface PlaygroundSettings extends ToolSettings {
  /** Null: the team's default. */
  model: string | null;
  instructions: string;
  /** JSON of an array of function tools, or empty. */
  functions: string;
  effort: "" | "low" | "medium" | "high";
  temperature: string;
  topP: string;
  maxOutputTokens: string;
  store: boolean;
}

export const emptySettings: PlaygroundSettings = {
  ...noTools,
  model: null,
  instructions: "",
  functions: "",
  effort: "",
  temperature: "",
  topP: "",
  maxOutputTokens: "",
  store: true,
};

/** The functions as tools, or what is wrong with their JSON. */
export function parseFunctions(text: string): { tools: unknown[]; problem: string | null } {
  if (text.trim() === "") return { tools: [], problem: null };
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value)
      ? { tools: value, problem: null }
      : { tools: [], problem: "An array is expected: [ … ]." };
  } catch (error) {
    return { tools: [], problem: error instanceof Error ? error.message : "This is no JSON." };
  }
}

export type TurnInput = string | unknown[];

export interface RequestParts {
  settings: PlaygroundSettings;
  input: TurnInput;
  /** The stored response that this one follows. */
  previousResponseId: string | null;
  /** Everything said before, for runs that are not stored. */
  history: readonly Item[];
}

function numberOf(text: string): number | undefined {
  const value = Number(text.replace(",", "."));
  return text.trim() === "" || Number.isNaN(value) ? undefined : value;
}

function inputOf({ settings, input, history }: RequestParts): TurnInput {
  if (settings.store || history.length === 0) return input;
  const latest = typeof input === "string" ? [{ type: "message", role: "user", content: input }] : input;
  return [...history, ...latest];
}

/** The body of POST /v1/responses for a turn. Only what was set is in it. */
export function buildRequest(parts: RequestParts): Record<string, unknown> {
  const { settings, previousResponseId } = parts;
  const { tools } = parseFunctions(settings.functions);
  const allTools = [...toolsOf(settings), ...tools];
  const include = includeOf(settings);
  const body: Record<string, unknown> = {
    model: settings.model ?? undefined,
    input: inputOf(parts),
    instructions: settings.instructions.trim() || undefined,
    previous_response_id: settings.store ? (previousResponseId ?? undefined) : undefined,
    tools: allTools.length > 0 ? allTools : undefined,
    include: include.length > 0 ? include : undefined,
    reasoning: settings.effort ? { effort: settings.effort } : undefined,
    temperature: numberOf(settings.temperature),
    top_p: numberOf(settings.topP),
    max_output_tokens: numberOf(settings.maxOutputTokens),
    store: settings.store ? undefined : false,
    stream: true,
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}
