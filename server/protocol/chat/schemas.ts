import { z } from "zod";
import { Metadata } from "#server/protocol/request";

/** What chat completions answer, as schemas: for the API's own description. Answers are not run through them. */
const TokenLogprob = z.looseObject({ token: z.string(), logprob: z.number(), bytes: z.array(z.int()) });
const Logprobs = z.object({ content: z.array(TokenLogprob), refusal: z.null() }).nullable();
const FinishReason = z.enum(["stop", "length", "tool_calls", "content_filter", "function_call"]);
const Called = z.object({ name: z.string(), arguments: z.string() });
const ToolCall = z.discriminatedUnion("type", [
  z.object({ id: z.string(), type: z.literal("function"), function: Called }),
  z.object({
    id: z.string(),
    type: z.literal("custom"),
    custom: z.object({ name: z.string(), input: z.string() }),
  }),
]);

const AnswerMessage = z
  .object({
    role: z.literal("assistant"),
    content: z.string().nullable(),
    refusal: z.string().nullable(),
    annotations: z.array(
      z.object({
        type: z.literal("url_citation"),
        url_citation: z.object({ url: z.string(), title: z.string(), start_index: z.int(), end_index: z.int() }),
      }),
    ),
    reasoning_content: z.string().optional().describe("Reasoning, where the model shows any; not OpenAI's field"),
    tool_calls: z.array(ToolCall).optional(),
    function_call: Called.optional(),
  })
  .meta({ id: "ChatCompletionMessage" });

const Usage = z
  .object({
    prompt_tokens: z.int(),
    completion_tokens: z.int(),
    total_tokens: z.int(),
    prompt_tokens_details: z.object({ cached_tokens: z.int(), audio_tokens: z.int() }),
    completion_tokens_details: z.object({
      reasoning_tokens: z.int(),
      audio_tokens: z.int(),
      accepted_prediction_tokens: z.int(),
      rejected_prediction_tokens: z.int(),
    }),
  })
  .meta({ id: "ChatCompletionUsage" });

/** A chat completion. */
export const ChatCompletionSchema = z
  .object({
    id: z.string(),
    object: z.literal("chat.completion"),
    created: z.int(),
    model: z.string(),
    choices: z.tuple([
      z.object({ index: z.literal(0), message: AnswerMessage, logprobs: Logprobs, finish_reason: FinishReason }),
    ]),
    usage: Usage,
    service_tier: z.string(),
    metadata: Metadata.optional().describe("Of stored completions"),
  })
  .meta({ id: "ChatCompletion" });

const Definition = z.looseObject({ type: z.string() });

/** A stored chat completion: with what was asked. */
export const StoredChatCompletionSchema = ChatCompletionSchema.extend({
  request_id: z.string(),
  temperature: z.number(),
  top_p: z.number(),
  presence_penalty: z.number(),
  frequency_penalty: z.number(),
  seed: z.int().nullable(),
  tools: z.array(Definition).nullable(),
  tool_choice: z.union([z.string(), Definition]).nullable(),
  response_format: Definition.nullable(),
  input_user: z.string().nullable(),
}).meta({ id: "StoredChatCompletion" });

/** What the deletion of a chat completion answers. */
export const ChatCompletionDeletedSchema = z.object({
  object: z.literal("chat.completion.deleted"),
  id: z.string(),
  deleted: z.literal(true),
});

/** A message of a stored chat completion. */
export const ListedChatMessageSchema = z
  .looseObject({
    id: z.string(),
    role: z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
    content: z.string().nullable(),
    name: z.string().nullable(),
    content_parts: z.array(z.looseObject({ type: z.string() })).nullable(),
  })
  .meta({ id: "ChatCompletionStoreMessage" });
