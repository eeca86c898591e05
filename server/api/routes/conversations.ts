import { answerJson } from "#server/api/answer";
import { parseInclude } from "#server/api/parse-include";
import { publicOrigin } from "#server/api/public-origin";
import type { ApiHandler, ApiRequest } from "#server/api/route";
import { parseAddItems, parseCreateConversation, UpdateConversationBody } from "#server/protocol/conversations";
import { type WireView, writeItem } from "#server/protocol/dialect";
import type { Item } from "#server/protocol/items";
import { type ListPage, parseListQuery } from "#server/protocol/list";
import { validate } from "#server/protocol/validate";
import { addItems } from "#server/services/conversations/add-items";
import { createConversation as createConversationService } from "#server/services/conversations/create-conversation";
import { deleteConversation as deleteConversationService } from "#server/services/conversations/delete-conversation";
import { deleteItem } from "#server/services/conversations/delete-item";
import { getConversation as getConversationService } from "#server/services/conversations/get-conversation";
import { getItem } from "#server/services/conversations/get-item";
import { listItems } from "#server/services/conversations/list-items";
import { updateConversation as updateConversationService } from "#server/services/conversations/update-conversation";

function conversationIdOf(request: ApiRequest): string {
  return request.params.conversation_id ?? "";
}

function itemIdsOf(request: ApiRequest): { conversationId: string; itemId: string } {
  return { conversationId: conversationIdOf(request), itemId: request.params.item_id ?? "" };
}

function viewOf(request: ApiRequest): WireView {
  return { include: parseInclude(request.query), baseUrl: publicOrigin(request.raw) };
}

function answerItems(request: ApiRequest, page: ListPage<Item>, view: WireView): Response {
  return answerJson(request, { ...page, data: page.data.map((item) => writeItem(request.dialect, item, view)) });
}

/** `POST /v1/conversations` */
export const createConversation: ApiHandler = async (request) => {
  const input = parseCreateConversation(await request.json());
  return answerJson(request, await createConversationService({ ctx: request.ctx, input }));
};

/** `GET /v1/conversations/{conversation_id}` */
export const getConversation: ApiHandler = async (request) => {
  const input = { conversationId: conversationIdOf(request) };
  return answerJson(request, await getConversationService({ ctx: request.ctx, input }));
};

/** `POST /v1/conversations/{conversation_id}` */
export const updateConversation: ApiHandler = async (request) => {
  const { metadata } = validate(UpdateConversationBody, await request.json());
  const input = { conversationId: conversationIdOf(request), metadata: metadata ?? {} };
  return answerJson(request, await updateConversationService({ ctx: request.ctx, input }));
};

/** `DELETE /v1/conversations/{conversation_id}` */
export const deleteConversation: ApiHandler = async (request) => {
  const input = { conversationId: conversationIdOf(request) };
  return answerJson(request, await deleteConversationService({ ctx: request.ctx, input }));
};

/** `POST /v1/conversations/{conversation_id}/items` */
export const createConversationItems: ApiHandler = async (request) => {
  const view = viewOf(request);
  const items = parseAddItems(await request.json());
  const input = { conversationId: conversationIdOf(request), items };
  return answerItems(request, await addItems({ ctx: request.ctx, input }), view);
};

/** `GET /v1/conversations/{conversation_id}/items` */
export const listConversationItems: ApiHandler = async (request) => {
  const view = viewOf(request);
  const input = { conversationId: conversationIdOf(request), query: parseListQuery(request.query) };
  return answerItems(request, await listItems({ ctx: request.ctx, input }), view);
};

/** `GET /v1/conversations/{conversation_id}/items/{item_id}` */
export const getConversationItem: ApiHandler = async (request) => {
  const view = viewOf(request);
  const item = await getItem({ ctx: request.ctx, input: itemIdsOf(request) });
  return answerJson(request, writeItem(request.dialect, item, view));
};

/** `DELETE /v1/conversations/{conversation_id}/items/{item_id}`: answers the conversation. */
export const deleteConversationItem: ApiHandler = async (request) =>
  answerJson(request, await deleteItem({ ctx: request.ctx, input: itemIdsOf(request) }));
