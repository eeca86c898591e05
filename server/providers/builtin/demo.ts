import { chooseCalls, openTools } from "#server/providers/builtin/choose-tools";
import { type Conversation, readConversation, textOf } from "#server/providers/builtin/conversation";
import { emitReply, type PlannedPart } from "#server/providers/builtin/emit";
import { readMessageValues } from "#server/providers/builtin/message-values";
import { answerTask } from "#server/providers/builtin/own-tasks";
import { parsePassages, quotePassages } from "#server/providers/builtin/quote-passages";
import { makeInstance } from "#server/providers/builtin/schema-instance";
import type { LanguageModel, ModelRequest } from "#server/providers/provider";

const INTRODUCTION =
  "I am the built-in demo model: fixed rules on this server, no large language model. " +
  "To talk to a real one, add a provider under Providers in the dashboard, or set a variable such as " +
  "OPENAI_API_KEY, ANTHROPIC_API_KEY or OLLAMA_BASE_URL and start the server again.";
const SEARCHES: ReadonlySet<string> = new Set(["file_search", "agentic_search"]);
const MAX_ECHO = 600;
const MAX_RESULT = 1_200;

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

/** A plain chat: who is speaking, how to get a real model, and what was understood of the conversation. */
function chat(request: ModelRequest, conversation: Conversation): string {
  const lines = [INTRODUCTION];
  if (conversation.question !== "") lines.push(`You wrote: “${shorten(conversation.question, MAX_ECHO)}”`);
  const before = conversation.earlier.at(-1);
  if (before) lines.push(`Before that you wrote: “${shorten(before, MAX_ECHO)}”`);
  if (conversation.images > 0) lines.push(`The message carries ${conversation.images} image(s), which I cannot see.`);
  if (conversation.files.length > 0)
    lines.push(`The message carries ${conversation.files.join(", ")}, of which I understand no more than the words.`);
  const functions = openTools(request).filter((tool) => tool.hosted === null);
  if (functions.length > 0) {
    lines.push(`I can call ${functions.map((tool) => tool.name).join(", ")} when a message asks for it.`);
  }
  return lines.join("\n\n");
}

/** An answer from tool results: the best sentences with their markers, or the result itself. */
function answerFromResults(request: ModelRequest, conversation: Conversation): string {
  const outputs = conversation.results.map((result) => ({ ...result, text: textOf(result.output) }));
  const passages = outputs.flatMap((result) => parsePassages(result.text));
  const plain = outputs.filter((result) => parsePassages(result.text).length === 0);
  const lines: string[] = [];
  const quotes = quotePassages(passages, conversation.question);
  if (quotes.length > 0) {
    lines.push(`The documents say${quotes.length > 1 ? ", best match first" : ""}:`);
    lines.push(...quotes.map((quote) => `${quote.source}: “${quote.sentence}” ${quote.marker}`));
  } else if (passages.length > 0) {
    const found = passages.length === 1 ? "one passage" : `${passages.length} passages`;
    lines.push(
      `The search found ${found}, but no sentence in it fits the question “${shorten(conversation.question, MAX_ECHO)}”.`,
    );
  }
  for (const result of plain) {
    if (isSearch(request, result.name)) lines.push("I found nothing in the documents that answers this.");
    else
      lines.push(
        `${result.name} ${result.isError ? "failed with" : "returned"}: ${shorten(result.text.trim(), MAX_RESULT)}`,
      );
  }
  return lines.join("\n\n");
}

function isSearch(request: ModelRequest, toolName: string): boolean {
  return request.tools.some((tool) => tool.name === toolName && SEARCHES.has(tool.hosted ?? ""));
}

function jsonAnswer(request: ModelRequest, conversation: Conversation): string | null {
  const { format } = request;
  if (format.type === "text") return null;
  if (format.type === "json_object") {
    return JSON.stringify({ model: "builtin/demo", message: conversation.question });
  }
  return JSON.stringify(makeInstance(format.schema, readMessageValues(conversation.question), { fillOptional: true }));
}

function summarise(request: ModelRequest, next: string): PlannedPart[] {
  const effort = request.reasoning?.effort ?? null;
  if (effort === null || effort === "none") return [];
  return [
    { type: "summary", text: `**Choosing how to answer**\n\nAs the built-in demo model I follow fixed rules. ${next}` },
  ];
}

function plan(request: ModelRequest): PlannedPart[] {
  const task = answerTask(request);
  if (task !== null) return [{ type: "text", text: task }];
  const conversation = readConversation(request.input);
  const calls = chooseCalls(request, conversation);
  if (calls.length > 0) {
    const names = [...new Set(calls.map((call) => call.name))].join(", ");
    return [...summarise(request, `The request asks for a tool, so I call ${names}.`), ...calls];
  }
  const json = jsonAnswer(request, conversation);
  if (json !== null) {
    return [...summarise(request, "The request wants JSON, so I fill its schema."), { type: "text", text: json }];
  }
  if (conversation.results.length > 0) {
    const next = "The tools have answered, so I quote what fits the question best.";
    return [...summarise(request, next), { type: "text", text: answerFromResults(request, conversation) }];
  }
  return [
    ...summarise(request, "No tool fits, so I say who I am."),
    { type: "text", text: chat(request, conversation) },
  ];
}

/**
 * `builtin/demo`: deterministic, offline, and honest that it is no language model. Searches with hosted tools, quotes
 * what they found, calls functions that a message asks for, fills JSON Schemas, and honours `maxOutputTokens`.
 */
export function createDemoModel(): LanguageModel {
  return {
    modelId: "demo",
    stream: (request) => emitReply(request, plan(request)),
  };
}
