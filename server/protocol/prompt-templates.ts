import { z } from "zod";
import type { MessagePart } from "#server/protocol/content";
import { type InputItem, MessageInput, normalizeItem, withItemType } from "#server/protocol/items";
import { RequestProblem } from "#server/protocol/problem";
import type { PromptVariable } from "#server/protocol/prompts";
import { CreateResponseBody, parseCreateResponse, prepareRequest } from "#server/protocol/request";
import { validate } from "#server/protocol/validate";
import { credentialFieldsOf } from "#server/protocol/vendor-tools";

const { model, instructions, tools, tool_choice, text, reasoning, temperature, top_p, max_output_tokens } =
  CreateResponseBody.shape;
const MAX_MESSAGES = 100;

/** Fields of a request that a template gives where the request is silent. Its texts may hold `{{variables}}`. */
const TEMPLATE_FIELDS = {
  model,
  instructions,
  messages: z.array(MessageInput).max(MAX_MESSAGES).nullish(),
  tools,
  tool_choice,
  text,
  reasoning,
  temperature,
  top_p,
  max_output_tokens,
};
/** A template as it is stored: as it was sent, checked. */
export type PromptTemplate = z.infer<z.ZodObject<typeof TEMPLATE_FIELDS>>;

const Name = z.string().trim().min(1).max(256);

/** The body of `POST /v1/prompts`: the first version beside the name. */
export const CreatePromptBody = z.object({ name: Name, ...TEMPLATE_FIELDS });
/** The body of `POST /v1/prompts/{id}/versions`. */
export const CreatePromptVersionBody = z.object({ ...TEMPLATE_FIELDS, make_default: z.boolean().nullish() });
/** The body of `POST /v1/prompts/{id}`: what is left out stays. */
export const UpdatePromptBody = z.object({ name: Name.nullish(), default_version: z.string().min(1).nullish() });

/**
 * Reads the body of `POST /v1/prompts`, in the shapes that a request's own fields may have.
 * Throws RequestProblem naming the path at fault, also for a template that no request could use.
 */
export function parseCreatePrompt(body: unknown): { name: string; template: PromptTemplate } {
  const { name, ...template } = validate(CreatePromptBody, prepareTemplate(body));
  checkTemplate(template);
  return { name, template };
}

/** Reads the body of `POST /v1/prompts/{id}/versions`. Throws as {@link parseCreatePrompt}. */
export function parseCreatePromptVersion(body: unknown): { makeDefault: boolean; template: PromptTemplate } {
  const { make_default, ...template } = validate(CreatePromptVersionBody, prepareTemplate(body));
  checkTemplate(template);
  return { makeDefault: make_default ?? false, template };
}

/** What a request with these fields would be refused for. */
function checkTemplate({ messages, ...fields }: PromptTemplate): void {
  if (fields.instructions == null && !messages?.length) {
    throw new RequestProblem("missing_required_parameter", "A prompt needs 'instructions' or 'messages'.", {
      param: "instructions",
    });
  }
  for (const [index, tool] of (fields.tools ?? []).entries()) refuseCredentials(tool, `tools[${index}]`);
  parseCreateResponse({ ...fields, input: "" });
}

/** A template is kept and shown as it is: credentials belong to saved servers, or to the request itself. */
function refuseCredentials(tool: object, place: string): void {
  const field = credentialFieldsOf(tool)[0];
  if (field === undefined) return;
  const param = `${place}.${field}`;
  const message =
    `Invalid '${param}': a prompt keeps no credentials. Save the server in the dashboard and name it by its label, or ` +
    "give the tool in the request.";
  throw new RequestProblem("invalid_value", message, { param });
}

function prepareTemplate(body: unknown): unknown {
  const prepared = prepareRequest(body);
  if (typeof prepared !== "object" || prepared === null || !("messages" in prepared)) return prepared;
  return Array.isArray(prepared.messages) ? { ...prepared, messages: prepared.messages.map(withItemType) } : prepared;
}

const VARIABLE = /\{\{\s*([A-Za-z0-9_]{1,64})\s*\}\}/g;

/** The names of a template's variables, in the order in which they stand. */
export function variablesOf(template: PromptTemplate): string[] {
  const messages = (template.messages ?? []).map(normalizeItem);
  const texts = [template.instructions ?? "", ...messages.flatMap(textsOf)];
  return [...new Set(texts.flatMap((text) => [...text.matchAll(VARIABLE)].map((match) => match[1] ?? "")))];
}

function textsOf(item: InputItem): string[] {
  if (item.type !== "message") return [];
  return item.content.flatMap((part) => ("text" in part ? [part.text] : []));
}

/** A template with its variables put in. */
export interface RenderedTemplate {
  instructions: string | null;
  messages: InputItem[];
}

/**
 * Puts the values in. An image or a file takes the place of its variable in a message, as a part of its own.
 * Throws RequestProblem for missing and unknown variables, naming them, and for an image or file where only text can
 * stand.
 */
export function renderTemplate(
  template: PromptTemplate,
  variables: Readonly<Record<string, PromptVariable>>,
): RenderedTemplate {
  checkVariables(variablesOf(template), Object.keys(variables));
  const values = new Map(Object.entries(variables));
  return {
    instructions: template.instructions == null ? null : fillText(template.instructions, values),
    messages: (template.messages ?? []).map((message) => fillMessage(normalizeItem(message), values)),
  };
}

function checkVariables(known: readonly string[], given: readonly string[]): void {
  const fail = (what: string, names: readonly string[]) =>
    new RequestProblem("invalid_value", `${what} prompt variables: ${quoted(names)}. ${allowed(known)}`, {
      param: "prompt.variables",
    });
  const missing = known.filter((name) => !given.includes(name));
  if (missing.length > 0) throw fail("Missing", missing);
  const unknown = given.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw fail("Unknown", unknown);
}

function allowed(known: readonly string[]): string {
  return known.length === 0 ? "The prompt has no variables." : `The prompt's variables are: ${quoted(known)}.`;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(", ");
}

type Values = ReadonlyMap<string, PromptVariable>;

function textOf(value: PromptVariable | undefined): string | null {
  if (typeof value === "string") return value;
  return value?.type === "input_text" ? value.text : null;
}

function fillText(text: string, values: Values): string {
  return text.replaceAll(VARIABLE, (_match, name: string) => {
    const value = textOf(values.get(name));
    if (value !== null) return value;
    throw new RequestProblem("invalid_type", `The prompt variable '${name}' takes text only.`, {
      param: `prompt.variables.${name}`,
    });
  });
}

function fillMessage(item: InputItem, values: Values): InputItem {
  if (item.type !== "message") return item;
  return { ...item, content: item.content.flatMap((part) => fillPart(part, values)) };
}

function fillPart(part: MessagePart, values: Values): MessagePart[] {
  if (part.type === "output_text") return [{ ...part, text: fillText(part.text, values) }];
  if (part.type !== "input_text") return [part];
  // Odd places are the names.
  const pieces = part.text.split(VARIABLE);
  const filled: MessagePart[] = [];
  let text = "";
  const flush = () => {
    if (text !== "") filled.push({ type: "input_text", text });
    text = "";
  };
  for (const [place, piece] of pieces.entries()) {
    const value = place % 2 === 0 ? piece : values.get(piece);
    const words = textOf(value);
    if (words !== null) text += words;
    else if (typeof value === "object" && value.type !== "input_text") {
      flush();
      filled.push(value);
    }
  }
  flush();
  return filled;
}
