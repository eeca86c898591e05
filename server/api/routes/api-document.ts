import { z } from "zod";
import type { ApiRoute } from "#server/api/route";
import { DOCUMENT_DESCRIPTIONS } from "#server/api/routes/document-descriptions";
import { ConversationSchema, deletedSchema, PromptSchema, PromptVersionSchema } from "#server/protocol/answer-schemas";
import { CreateChatCompletionBody } from "#server/protocol/chat/request";
import {
  ChatCompletionDeletedSchema,
  ChatCompletionSchema,
  ListedChatMessageSchema,
  StoredChatCompletionSchema,
} from "#server/protocol/chat/schemas";
import { UpdateChatCompletionBody } from "#server/protocol/chat/stored";
import { CompactBody } from "#server/protocol/compact";
import { AddItemsBody, CreateConversationBody, UpdateConversationBody } from "#server/protocol/conversations";
import { CreateEmbeddingsBody, EmbeddingsSchema } from "#server/protocol/embeddings";
import { InputTokensBody } from "#server/protocol/input-tokens";
import { ModelSchema } from "#server/protocol/models";
import { buildOpenApi, type Description, type OperationDoc, paging } from "#server/protocol/openapi";
import { CreatePromptBody, CreatePromptVersionBody, UpdatePromptBody } from "#server/protocol/prompt-templates";
import { CreateResponseBody } from "#server/protocol/request";
import { CompactedResponseSchema, ItemSchema, listSchema, ResponseSchema } from "#server/protocol/response-schemas";

const VERSION = "0.1.0";

const including = z.object({ include: z.string().optional() });

/** What the document says of each line of the route table. */
export const DESCRIPTIONS: Record<string, Description> = {
  "POST /v1/responses": {
    summary: "Create a response",
    body: CreateResponseBody,
    answer: ResponseSchema,
    streams: true,
  },
  "GET /v1/responses/:response_id": {
    summary: "Get a stored response, or its events; live while it runs",
    query: z.object({
      stream: z.enum(["true", "false"]).optional(),
      starting_after: z.coerce.number().int().optional(),
      include: z.string().optional(),
    }),
    answer: ResponseSchema,
    streams: true,
  },
  "POST /v1/responses/:response_id/cancel": { summary: "Cancel a background response", answer: ResponseSchema },
  "DELETE /v1/responses/:response_id": { summary: "Delete a stored response", answer: deletedSchema("response") },
  "GET /v1/responses/:response_id/input_items": {
    summary: "List what a response was made from",
    query: paging.extend({ include: z.string().optional() }),
    answer: listSchema(ItemSchema),
  },
  "POST /v1/chat/completions": {
    summary: "Create a chat completion",
    body: CreateChatCompletionBody,
    answer: ChatCompletionSchema,
    streams: true,
  },
  "GET /v1/chat/completions": {
    summary: "List stored chat completions; `metadata[key]=value` filters",
    query: paging.extend({ model: z.string().optional() }),
    answer: listSchema(StoredChatCompletionSchema),
  },
  "GET /v1/chat/completions/:completion_id": {
    summary: "Get a stored chat completion",
    answer: StoredChatCompletionSchema,
  },
  "POST /v1/chat/completions/:completion_id": {
    summary: "Replace the metadata of a stored chat completion",
    body: UpdateChatCompletionBody,
    answer: StoredChatCompletionSchema,
  },
  "DELETE /v1/chat/completions/:completion_id": {
    summary: "Delete a stored chat completion",
    answer: ChatCompletionDeletedSchema,
  },
  "GET /v1/chat/completions/:completion_id/messages": {
    summary: "List the messages of a stored chat completion",
    query: paging,
    answer: listSchema(ListedChatMessageSchema),
  },
  "POST /v1/embeddings": { summary: "Embed texts", body: CreateEmbeddingsBody, answer: EmbeddingsSchema },
  "GET /v1/models": {
    summary: "List models",
    answer: z.object({ object: z.literal("list"), data: z.array(ModelSchema) }),
  },
  "GET /v1/models/:model{.+}": { summary: "Get a model", answer: ModelSchema },
  "POST /v1/responses/compact": {
    summary: "Compact a conversation into a window to go on from",
    body: CompactBody,
    answer: CompactedResponseSchema,
  },
  "POST /v1/responses/input_tokens": {
    summary: "Count the tokens that a response would read",
    body: InputTokensBody,
    answer: z.object({ object: z.literal("response.input_tokens"), input_tokens: z.int(), estimated: z.boolean() }),
  },
  "POST /v1/conversations": {
    summary: "Create a conversation",
    body: CreateConversationBody,
    answer: ConversationSchema,
  },
  "GET /v1/conversations/:conversation_id": { summary: "Get a conversation", answer: ConversationSchema },
  "POST /v1/conversations/:conversation_id": {
    summary: "Replace a conversation's metadata",
    body: UpdateConversationBody,
    answer: ConversationSchema,
  },
  "DELETE /v1/conversations/:conversation_id": {
    summary: "Delete a conversation",
    answer: deletedSchema("conversation.deleted"),
  },
  "POST /v1/conversations/:conversation_id/items": {
    summary: "Add items to a conversation",
    query: including,
    body: AddItemsBody,
    answer: listSchema(ItemSchema),
  },
  "GET /v1/conversations/:conversation_id/items": {
    summary: "List the items of a conversation",
    query: paging.extend(including.shape),
    answer: listSchema(ItemSchema),
  },
  "GET /v1/conversations/:conversation_id/items/:item_id": {
    summary: "Get an item of a conversation",
    query: including,
    answer: ItemSchema,
  },
  "DELETE /v1/conversations/:conversation_id/items/:item_id": {
    summary: "Take an item out of a conversation",
    answer: ConversationSchema,
  },
  "POST /v1/prompts": { summary: "Create a prompt", body: CreatePromptBody, answer: PromptSchema },
  "GET /v1/prompts": { summary: "List prompts", query: paging, answer: listSchema(PromptSchema) },
  "GET /v1/prompts/:prompt_id": { summary: "Get a prompt", answer: PromptSchema },
  "POST /v1/prompts/:prompt_id": {
    summary: "Change a prompt's name or default version",
    body: UpdatePromptBody,
    answer: PromptSchema,
  },
  "DELETE /v1/prompts/:prompt_id": {
    summary: "Delete a prompt with its versions",
    answer: deletedSchema("prompt.deleted"),
  },
  "POST /v1/prompts/:prompt_id/versions": {
    summary: "Add a version to a prompt",
    body: CreatePromptVersionBody,
    answer: PromptVersionSchema,
  },
  "GET /v1/prompts/:prompt_id/versions": {
    summary: "List the versions of a prompt",
    query: paging,
    answer: listSchema(PromptVersionSchema),
  },
  "GET /v1/prompts/:prompt_id/versions/:version": { summary: "Get a version of a prompt", answer: PromptVersionSchema },
  "GET /v1/openapi.json": { summary: "This document" },
  ...DOCUMENT_DESCRIPTIONS,
};

/** The operation of a route as the document shows it. */
function operationOf({ method, path, scope }: ApiRoute): OperationDoc {
  return { method, path, scope, ...(DESCRIPTIONS[`${method} ${path}`] ?? { summary: `${method} ${path}` }) };
}

/** Routes that the document describes only by their path (for the test that there are none). */
export function undescribedRoutes(routes: readonly ApiRoute[]): string[] {
  return routes.map((route) => `${route.method} ${route.path}`).filter((name) => !(name in DESCRIPTIONS));
}

/** The OpenAPI document of the given routes, without a server's address. */
export function documentOf(routes: readonly ApiRoute[]): object {
  return buildOpenApi({ operations: routes.map(operationOf), version: VERSION });
}
