import type { Outputs } from "#components/trpc/client";

export type Prompt = Outputs["prompts"]["get"];
export type PromptVersion = Outputs["prompts"]["version"];

export const roles = ["user", "assistant", "developer", "system"] as const;
export type DraftRole = (typeof roles)[number];

export interface DraftMessage {
  key: string;
  role: DraftRole;
  text: string;
}

/** A template as it is edited. */
export interface TemplateDraft {
  instructions: string;
  messages: DraftMessage[];
  model: string | null;
  /** Every other field of a request, as JSON text. */
  more: string;
}

export const emptyDraft: TemplateDraft = { instructions: "", messages: [], model: null, more: "" };

/** Where a variable stands in a text: `{{city}}`. As the server reads it. */
const VARIABLE = /\{\{\s*([A-Za-z0-9_]{1,64})\s*\}\}/g;

let made = 0;

/** A message that can be told from the others of its draft. */
export function draftMessage(role: DraftRole = "user", text = ""): DraftMessage {
  made += 1;
  return { key: `message-${made}`, role, text };
}

/** The names of the draft's variables, in the order in which they stand. */
export function variablesOf({ instructions, messages }: TemplateDraft): string[] {
  const texts = [instructions, ...messages.map((message) => message.text)];
  return [...new Set(texts.flatMap((text) => [...text.matchAll(VARIABLE)].map((match) => match[1] ?? "")))];
}

/** The template that a draft stands for. Throws an Error in words for JSON that is none. */
export function toTemplate({ instructions, messages, model, more }: TemplateDraft): Record<string, unknown> {
  const written = messages.filter((message) => message.text.trim() !== "");
  return {
    ...parseMore(more),
    ...(instructions.trim() === "" ? {} : { instructions }),
    ...(written.length === 0 ? {} : { messages: written.map(({ role, text }) => ({ role, content: text })) }),
    ...(model === null ? {} : { model }),
  };
}

function parseMore(more: string): Record<string, unknown> {
  if (more.trim() === "") return {};
  const wrong = new Error('Other fields: expected a JSON object, such as { "temperature": 0.2 }.');
  try {
    const value: unknown = JSON.parse(more);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    throw wrong;
  }
  throw wrong;
}

/** A version as it is edited on. Messages that are more than text stay among the other fields. */
export function toDraft(version: PromptVersion): TemplateDraft {
  const { object: _o, prompt_id: _p, version: _v, variables: _n, created_at: _c, ...template } = version;
  const { instructions, messages, model, ...rest } = template;
  const plain = (messages ?? []).map(plainMessage);
  const editable = plain.every((message) => message !== null);
  const more = Object.fromEntries(
    Object.entries(editable ? rest : { ...rest, messages }).filter(
      ([, value]) => value !== null && value !== undefined,
    ),
  );
  return {
    instructions: instructions ?? "",
    messages: editable ? plain.filter((message) => message !== null) : [],
    model: model ?? null,
    more: Object.keys(more).length === 0 ? "" : JSON.stringify(more, null, 2),
  };
}

function plainMessage(message: NonNullable<PromptVersion["messages"]>[number]): DraftMessage | null {
  if (typeof message !== "object" || message === null || !("content" in message) || !("role" in message)) return null;
  const role = roles.find((each) => each === message.role);
  const { content } = message;
  if (!role) return null;
  if (typeof content === "string") return draftMessage(role, content);
  const [part, ...others] = Array.isArray(content) ? content : [];
  if (!part || others.length > 0 || !("text" in part) || typeof part.text !== "string") return null;
  return draftMessage(role, part.text);
}
