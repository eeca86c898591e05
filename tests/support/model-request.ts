import type { Connection, LanguageModel, ModelEvent, ModelRequest } from "#server/providers/provider";

/** A request that asks one thing and leaves everything else to the vendor. */
export function modelRequest(change: Partial<ModelRequest> = {}): ModelRequest {
  return {
    input: [userMessage("What is the weather in Paris?")],
    instructions: null,
    tools: [],
    toolChoice: { type: "auto" },
    parallelToolCalls: true,
    format: { type: "text" },
    verbosity: null,
    maxOutputTokens: null,
    temperature: null,
    topP: null,
    presencePenalty: null,
    frequencyPenalty: null,
    topLogprobs: null,
    stop: null,
    seed: null,
    logitBias: null,
    reasoning: null,
    serviceTier: null,
    promptCacheKey: null,
    safetyIdentifier: null,
    signal: new AbortController().signal,
    ...change,
  };
}

/** A user's message of one text. */
export function userMessage(text: string): ModelRequest["input"][number] {
  return { type: "message", role: "user", content: [{ type: "text", text }] };
}

/** A connection of the operator's, so no outbound guard stands before a scripted upstream. */
export function testConnection(change: Partial<Connection> = {}): Connection {
  return {
    id: "pc_test",
    name: "vendor",
    kind: "openai-compatible",
    baseUrl: null,
    apiKey: "sk-test-1234567890",
    models: [],
    trusted: true,
    ...change,
  };
}

/** All events of a model's answer. */
export async function collectEvents(model: LanguageModel, request: ModelRequest): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const batch of model.stream(request)) events.push(...batch);
  return events;
}

/** The text an answer says. */
export function textIn(events: ModelEvent[]): string {
  return events.map((event) => (event.type === "text" ? event.text : "")).join("");
}

/** What an answer shows of its reasoning, raw or summarised. */
export function reasoningIn(events: ModelEvent[]): string {
  return events
    .map((event) => (event.type === "reasoning" || event.type === "reasoning_summary" ? event.text : ""))
    .join("");
}

export interface CollectedCall {
  name: string;
  arguments: string;
  done: boolean;
}

/** An answer's tool calls by call id, their arguments put together. */
export function callsIn(events: ModelEvent[]): Record<string, CollectedCall> {
  const calls: Record<string, CollectedCall> = {};
  for (const event of events) {
    if (event.type === "tool_call") calls[event.callId] = { name: event.name, arguments: "", done: false };
    if (event.type !== "tool_call_arguments" && event.type !== "tool_call_done") continue;
    const call = calls[event.callId];
    if (!call) throw new Error(`${event.type} before tool_call`);
    if (event.type === "tool_call_done") call.done = true;
    else call.arguments += event.delta;
  }
  return calls;
}
