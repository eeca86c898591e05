import { answerJson } from "#server/api/answer";
import type { ApiHandler, ApiRequest } from "#server/api/route";
import { parseMetadataFilter, UpdateChatCompletionBody } from "#server/protocol/chat/stored";
import { parseListQuery, toListPage } from "#server/protocol/list";
import { validate } from "#server/protocol/validate";
import { deleteChatCompletion as deleteChatCompletionService } from "#server/services/chat-completions/delete-chat-completion";
import { getChatCompletion as getChatCompletionService } from "#server/services/chat-completions/get-chat-completion";
import { listChatCompletions as listChatCompletionsService } from "#server/services/chat-completions/list-chat-completions";
import { listChatMessages as listChatMessagesService } from "#server/services/chat-completions/list-chat-messages";
import { updateChatCompletion as updateChatCompletionService } from "#server/services/chat-completions/update-chat-completion";

function completionIdOf(request: ApiRequest): string {
  return request.params.completion_id ?? "";
}

/** `GET /v1/chat/completions`: the stored ones, oldest first unless asked otherwise. */
export const listChatCompletions: ApiHandler = async (request) => {
  const query = parseListQuery(request.query, { defaultOrder: "asc" });
  const metadata = parseMetadataFilter(request.query);
  const model = request.query.get("model") || null;
  const page = await listChatCompletionsService({ ctx: request.ctx, input: { query, model, metadata } });
  return answerJson(request, toListPage(page.rows, page.hasMore));
};

/** `GET /v1/chat/completions/{completion_id}` */
export const getChatCompletion: ApiHandler = async (request) => {
  const input = { completionId: completionIdOf(request) };
  return answerJson(request, await getChatCompletionService({ ctx: request.ctx, input }));
};

/** `POST /v1/chat/completions/{completion_id}`: replaces the metadata. */
export const updateChatCompletion: ApiHandler = async (request) => {
  const body = validate(UpdateChatCompletionBody, await request.json());
  const input = { completionId: completionIdOf(request), metadata: body.metadata ?? {} };
  return answerJson(request, await updateChatCompletionService({ ctx: request.ctx, input }));
};

/** `DELETE /v1/chat/completions/{completion_id}` */
export const deleteChatCompletion: ApiHandler = async (request) => {
  const input = { completionId: completionIdOf(request) };
  return answerJson(request, await deleteChatCompletionService({ ctx: request.ctx, input }));
};

/** `GET /v1/chat/completions/{completion_id}/messages` */
export const listChatMessages: ApiHandler = async (request) => {
  const query = parseListQuery(request.query, { defaultOrder: "asc" });
  const input = { completionId: completionIdOf(request), query };
  return answerJson(request, await listChatMessagesService({ ctx: request.ctx, input }));
};
