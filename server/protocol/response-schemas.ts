import { z } from "zod";
import { CallLabelsShown, OutputLabelsShown } from "#server/protocol/call-labels";
import { Metadata } from "#server/protocol/request";
import { VENDOR_ITEM_TYPES } from "#server/protocol/vendor-items";

/**
 * What we answer, as schemas: for the API's own description. Answers are not run through them. Tools and formats are
 * described where they are requested, so they stay open here.
 */
const open = z.looseObject({ type: z.string() });
const status = z.enum(["in_progress", "completed", "incomplete"]);
const FileCitation = z.object({
  type: z.literal("file_citation"),
  file_id: z.string(),
  filename: z.string(),
  index: z.int().describe("UTF-16 offset in the text at which the citation stands"),
  chunk_id: z.string().optional().describe("The cited passage; with the fields below ours, of files searched here"),
  page: z.int().nullable().optional(),
  char_start: z.int().optional().describe("UTF-16 span of the quote in the file's text"),
  char_end: z.int().optional(),
  quote: z.string().optional(),
});
const ContainerFileCitation = z.object({
  type: z.literal("container_file_citation"),
  container_id: z.string(),
  file_id: z.string(),
  filename: z.string(),
  start_index: z.int(),
  end_index: z.int(),
});
const FilePath = z.object({ type: z.literal("file_path"), file_id: z.string(), index: z.int() });
const UrlCitation = z.object({
  type: z.literal("url_citation"),
  url: z.string(),
  title: z.string(),
  start_index: z.int(),
  end_index: z.int(),
});
const OutputText = z
  .object({
    type: z.literal("output_text"),
    text: z.string(),
    annotations: z.array(z.discriminatedUnion("type", [FileCitation, UrlCitation, ContainerFileCitation, FilePath])),
    logprobs: z.array(z.looseObject({ token: z.string(), logprob: z.number() })),
  })
  .meta({ id: "OutputText" });
const Refusal = z.object({ type: z.literal("refusal"), refusal: z.string() }).meta({ id: "Refusal" });

const Message = z
  .object({
    type: z.literal("message"),
    id: z.string(),
    status,
    role: z.enum(["user", "assistant", "system", "developer"]),
    content: z.array(z.union([OutputText, Refusal, open])),
    phase: z.enum(["commentary", "final_answer"]).optional(),
  })
  .meta({ id: "Message" });
const FunctionCall = z
  .object({
    type: z.literal("function_call"),
    id: z.string(),
    status,
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
    ...CallLabelsShown,
  })
  .meta({ id: "FunctionCall" });
const FunctionCallOutput = z
  .object({
    type: z.literal("function_call_output"),
    id: z.string(),
    status,
    call_id: z.string(),
    output: z.union([z.string(), z.array(open)]),
    ...OutputLabelsShown,
  })
  .meta({ id: "FunctionCallOutput" });
const Reasoning = z
  .object({
    type: z.literal("reasoning"),
    id: z.string(),
    status,
    summary: z.array(z.object({ type: z.literal("summary_text"), text: z.string() })),
    content: z.array(z.object({ type: z.literal("reasoning_text"), text: z.string() })).optional(),
    encrypted_content: z.string().optional(),
  })
  .meta({ id: "Reasoning" });
const CustomToolCall = z
  .object({
    type: z.literal("custom_tool_call"),
    id: z.string(),
    status,
    call_id: z.string(),
    name: z.string(),
    input: z.string(),
    ...CallLabelsShown,
  })
  .meta({ id: "CustomToolCall" });
const CustomToolCallOutput = z
  .object({
    type: z.literal("custom_tool_call_output"),
    id: z.string(),
    status,
    call_id: z.string(),
    output: z.union([z.string(), z.array(open)]),
    ...CallLabelsShown,
  })
  .meta({ id: "CustomToolCallOutput" });
const Compaction = z
  .object({ type: z.literal("compaction"), id: z.string(), status, encrypted_content: z.string() })
  .meta({ id: "Compaction" });
const FileSearchCall = z
  .object({
    type: z.literal("file_search_call"),
    id: z.string(),
    status: z.enum(["in_progress", "searching", "completed", "incomplete", "failed"]),
    queries: z.array(z.string()),
    results: z
      .array(
        z.object({
          file_id: z.string(),
          filename: z.string(),
          text: z.string(),
          score: z.number(),
          attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
          vector_store_id: z.string().optional().describe("This and the fields below: ours, of files searched here"),
          chunk_id: z.string().optional(),
          chunk_ids: z
            .array(z.string())
            .optional()
            .describe("All chunks of a passage joined from adjacent ones, in order"),
          page: z.int().nullable().optional(),
          char_start: z.int().optional().describe("UTF-16 span of the passage in the file's text"),
          char_end: z.int().optional(),
          duplicates: z
            .array(z.object({ file_id: z.string(), filename: z.string(), chunk_id: z.string() }))
            .optional()
            .describe("Passages that say nearly the same, left out for this one"),
        }),
      )
      .nullable(),
  })
  .meta({ id: "FileSearchCall" });

const VendorItem = z
  .looseObject({ type: z.enum(VENDOR_ITEM_TYPES), id: z.string(), status: z.string().optional() })
  .meta({ id: "VendorItem", description: "An item of a tool that the model's vendor runs, with all its fields" });

const OutputItemSchema = z.discriminatedUnion("type", [
  Message,
  FunctionCall,
  CustomToolCall,
  Reasoning,
  Compaction,
  FileSearchCall,
  VendorItem,
]);
/** Any item. */
export const ItemSchema = z
  .discriminatedUnion("type", [
    Message,
    FunctionCall,
    FunctionCallOutput,
    CustomToolCall,
    CustomToolCallOutput,
    Reasoning,
    Compaction,
    FileSearchCall,
    VendorItem,
  ])
  .meta({ id: "Item" });

const UsageSchema = z
  .object({
    input_tokens: z.int(),
    input_tokens_details: z.object({ cached_tokens: z.int(), cache_write_tokens: z.int() }),
    output_tokens: z.int(),
    output_tokens_details: z.object({ reasoning_tokens: z.int() }),
    total_tokens: z.int(),
  })
  .meta({ id: "Usage" });

/** A response. */
export const ResponseSchema = z
  .object({
    id: z.string(),
    object: z.literal("response"),
    created_at: z.int(),
    completed_at: z.int().nullable(),
    status: z.enum(["queued", "in_progress", "completed", "incomplete", "failed", "cancelled"]),
    background: z.boolean(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    frequency_penalty: z.number(),
    incomplete_details: z.object({ reason: z.enum(["max_output_tokens", "content_filter"]) }).nullable(),
    instructions: z.string().nullable(),
    max_output_tokens: z.int().nullable(),
    max_tool_calls: z.int().nullable(),
    model: z.string(),
    output: z.array(OutputItemSchema),
    parallel_tool_calls: z.boolean(),
    presence_penalty: z.number(),
    previous_response_id: z.string().nullable(),
    prompt_cache_key: z.string().nullable(),
    reasoning: z.object({
      effort: z.string().nullable(),
      summary: z.string().nullable(),
      mode: z.string().optional(),
      context: z.string().nullable().optional(),
    }),
    safety_identifier: z.string().nullable(),
    service_tier: z.string(),
    store: z.boolean(),
    temperature: z.number(),
    text: z.object({ format: open, verbosity: z.enum(["low", "medium", "high"]) }),
    tool_choice: z.union([z.enum(["none", "auto", "required"]), open]),
    tools: z.array(open),
    top_logprobs: z.int(),
    top_p: z.number(),
    truncation: z.enum(["auto", "disabled"]),
    usage: UsageSchema.nullable(),
    metadata: Metadata,
    user: z.string().nullable().optional(),
    conversation: z.object({ id: z.string() }).optional(),
    prompt: z
      .object({ id: z.string(), version: z.string().nullable(), variables: z.record(z.string(), z.unknown()) })
      .optional(),
    prompt_cache_retention: z.string().nullable().optional(),
    prompt_cache_options: z.object({ ttl: z.string(), mode: z.string() }).optional(),
    moderation: z.object({ input: open, output: open }).nullable().optional(),
    billing: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: "Response" });

/** A compacted window. */
export const CompactedResponseSchema = z
  .object({
    id: z.string(),
    object: z.literal("response.compaction"),
    created_at: z.int(),
    output: z.array(ItemSchema),
    usage: UsageSchema,
  })
  .meta({ id: "CompactedResponse" });

/** An error answer. */
export const ErrorSchema = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      code: z.string().nullable(),
    }),
  })
  .meta({ id: "Error" });

/** A page of a list of `item`. */
export function listSchema(item: z.ZodType): z.ZodType {
  return z.object({
    object: z.literal("list"),
    data: z.array(item),
    first_id: z.string().describe("Empty where the page is"),
    last_id: z.string(),
    has_more: z.boolean(),
  });
}
