import type { ChatAnswerOptions } from "#server/protocol/chat/request";
import type { Annotation, Logprob } from "#server/protocol/content";
import type { CustomToolCallItem } from "#server/protocol/custom-tool-items";
import type { FunctionCallItem, OutputItem } from "#server/protocol/items";
import { type ChatModeration, toChatModeration } from "#server/protocol/moderation";
import type { ResponseResource, Usage } from "#server/protocol/response";

export type ChatFinishReason = "stop" | "length" | "tool_calls" | "content_filter" | "function_call";

export interface ChatLogprobs {
  content: Logprob[];
  refusal: null;
}

export interface ChatUsage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details: { cached_tokens: number; audio_tokens: number };
  completion_tokens_details: {
    reasoning_tokens: number;
    audio_tokens: number;
    accepted_prediction_tokens: number;
    rejected_prediction_tokens: number;
  };
}

export interface ChatFunctionCall {
  name: string;
  arguments: string;
}

export type ChatToolCall =
  | { id: string; type: "function"; function: ChatFunctionCall }
  | { id: string; type: "custom"; custom: { name: string; input: string } };

/** Where an answer quotes a page: UTF-16 offsets in the whole content. Other annotations have no form here. */
export interface ChatAnnotation {
  type: "url_citation";
  url_citation: { url: string; title: string; start_index: number; end_index: number };
}

type CallItem = FunctionCallItem | CustomToolCallItem;

export interface ChatAnswerMessage {
  role: "assistant";
  content: string | null;
  refusal: string | null;
  annotations: ChatAnnotation[];
  /** Reasoning, where the model shows any: raw or summarised. Not OpenAI's field, but what many servers send. */
  reasoning_content?: string;
  tool_calls?: ChatToolCall[];
  function_call?: ChatFunctionCall;
}

export interface ChatCompletion {
  id: string;
  object: "chat.completion";
  /** Seconds since the epoch. */
  created: number;
  model: string;
  choices: [{ index: 0; message: ChatAnswerMessage; logprobs: ChatLogprobs | null; finish_reason: ChatFinishReason }];
  usage: ChatUsage;
  service_tier: string;
  /** Where the request asked for it and the provider told of it. */
  moderation?: ChatModeration;
  metadata?: Record<string, string>;
}

/** A response's tokens in the words of chat completions. */
export function toChatUsage(usage: Usage | null): ChatUsage {
  return {
    prompt_tokens: usage?.input_tokens ?? 0,
    completion_tokens: usage?.output_tokens ?? 0,
    total_tokens: usage?.total_tokens ?? 0,
    prompt_tokens_details: { cached_tokens: usage?.input_tokens_details.cached_tokens ?? 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage?.output_tokens_details.reasoning_tokens ?? 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** Why the model stopped, told from a response that has ended. */
export function finishReasonOf(response: ResponseResource, { legacyFunctions }: ChatAnswerOptions): ChatFinishReason {
  const cut = response.incomplete_details?.reason;
  if (cut) return cut === "max_output_tokens" ? "length" : "content_filter";
  // Somebody of the team stopped it. The shape has no word of its own for an answer that was cut off.
  if (response.status === "cancelled") return "length";
  if (!response.output.some(isClientCall)) return "stop";
  return legacyFunctions ? "function_call" : "tool_calls";
}

/** A finished response as a chat completion: its messages put together, its calls beside them. */
export function toChatCompletion(response: ResponseResource, options: ChatAnswerOptions): ChatCompletion {
  const said = readOutput(response);
  return {
    id: response.id,
    object: "chat.completion",
    created: response.created_at,
    model: response.model,
    choices: [
      {
        index: 0,
        message: toMessage(said, options),
        logprobs: options.logprobs ? { content: said.logprobs, refusal: null } : null,
        finish_reason: finishReasonOf(response, options),
      },
    ],
    usage: toChatUsage(response.usage),
    service_tier: response.service_tier,
    ...(response.moderation ? { moderation: toChatModeration(response.moderation) } : {}),
  };
}

interface Said {
  text: string;
  refusal: string;
  /** Raw. */
  reasoning: string;
  summaries: string[];
  logprobs: Logprob[];
  annotations: ChatAnnotation[];
  calls: CallItem[];
}

function readOutput(response: ResponseResource): Said {
  const said: Said = { text: "", refusal: "", reasoning: "", summaries: [], logprobs: [], annotations: [], calls: [] };
  for (const item of response.output) {
    if (isClientCall(item)) said.calls.push(item);
    if (item.type === "reasoning") {
      for (const part of item.summary) said.summaries.push(part.text);
      for (const part of item.content ?? []) said.reasoning += part.text;
    }
    if (item.type !== "message") continue;
    for (const part of item.content) {
      if (part.type === "refusal") said.refusal += part.refusal;
      if (part.type !== "output_text") continue;
      said.annotations.push(...part.annotations.flatMap((each) => toChatAnnotation(each, said.text.length)));
      said.text += part.text;
      said.logprobs.push(...part.logprobs);
    }
  }
  return said;
}

function toMessage(
  { text, refusal, annotations, calls, ...thought }: Said,
  options: ChatAnswerOptions,
): ChatAnswerMessage {
  const silent = text === "" && (calls.length > 0 || refusal !== "");
  const message: ChatAnswerMessage = {
    role: "assistant",
    content: silent ? null : text,
    refusal: refusal === "" ? null : refusal,
    annotations,
  };
  const reasoning = thought.reasoning + thought.summaries.join("\n\n");
  if (reasoning !== "") message.reasoning_content = reasoning;
  const [first] = calls;
  if (options.legacyFunctions && first?.type === "function_call") message.function_call = functionOf(first);
  else if (first) message.tool_calls = calls.map(toToolCall);
  return message;
}

/** The annotation as chat completions have it; `offset`: where its part's text begins in the whole content. */
export function toChatAnnotation(annotation: Annotation, offset: number): ChatAnnotation[] {
  if (annotation.type !== "url_citation") return [];
  const { url, title, start_index: start, end_index: end } = annotation;
  return [{ type: "url_citation", url_citation: { url, title, start_index: offset + start, end_index: offset + end } }];
}

/** True for a call that the client has to answer. */
function isClientCall(item: OutputItem): item is CallItem {
  return item.type === "function_call" || item.type === "custom_tool_call";
}

function toToolCall(call: CallItem): ChatToolCall {
  const id = call.call_id;
  if (call.type === "function_call") return { id, type: "function", function: functionOf(call) };
  return { id, type: "custom", custom: { name: call.name, input: call.input } };
}

function functionOf({ name, arguments: text }: FunctionCallItem): ChatFunctionCall {
  return { name, arguments: text };
}
