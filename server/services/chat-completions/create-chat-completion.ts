import { insertChatCompletion } from "#server/db/chat-completions";
import { AppError, isAppError } from "#server/errors";
import { type ChatCompletion, toChatCompletion } from "#server/protocol/chat/completion";
import { toChatParam } from "#server/protocol/chat/error-param";
import { type ChatAnswerOptions, type ChatRequest, parseChatCompletion } from "#server/protocol/chat/request";
import { toStoredChat } from "#server/protocol/chat/stored";
import type { ResponseResource } from "#server/protocol/response";
import type { ServiceContext } from "#server/services/context";
import {
  type CreateResponseInput,
  createResponse,
  type FinishedRun,
  type ResponseRun,
} from "#server/services/responses/create-response";
import { asksForNoStore } from "#server/services/responses/prepare-response";

/** A chat completion on its way: a run of the engine, and how its end is to look. */
export interface ChatCompletionRun extends ResponseRun {
  answer: ChatAnswerOptions;
  /** The completion that a finished response is. */
  complete(response: ResponseResource): ChatCompletion;
}

/** The error with its field named as a chat request names it; anything else as it is. */
export function toChatError(error: unknown): unknown {
  if (!isAppError(error)) return error;
  const param = toChatParam(error.param);
  if (param === null || param === error.param) return error;
  return new AppError(error.code, error.message.replaceAll(`'${error.param}'`, `'${param}'`), {
    param,
    detail: error.detail,
    wireCode: error.wireCode,
    cause: error,
    ...(error.retryAfterMs === null ? {} : { retryAfterMs: error.retryAfterMs }),
  });
}

async function keep({ ctx, response, createdAt }: FinishedRun, chat: ChatRequest): Promise<void> {
  // A completion that never came to its end is none.
  if (response.status !== "completed" && response.status !== "incomplete") return;
  const completion = toChatCompletion(response, chat.answer);
  await insertChatCompletion({
    teamId: ctx.principal.teamId,
    id: response.id,
    model: response.model,
    metadata: response.metadata,
    body: toStoredChat(completion, { request: chat.request, response, requestId: ctx.trace.traceId }),
    messages: chat.messages,
    createdAt,
  });
}

/**
 * Starts a chat completion: the same run as a response, asked and answered in the older shape. Stored only with
 * `store: true`.
 * @throws AppError for every way in which the request can be refused; nothing has been sent or stored then
 */
export async function createChatCompletion({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: Omit<CreateResponseInput, "form">;
}): Promise<ChatCompletionRun> {
  // Before it is parsed: a refusal may quote the value at fault.
  if (asksForNoStore(input.body)) ctx.trace.dropContent();
  const chat = parseChatCompletion(input.body);
  const form = {
    name: "chat.completion",
    idKind: "chatCompletion",
    request: chat.request,
    tracesUnstored: true,
    opensLate: true,
    save: (finished: FinishedRun) => keep(finished, chat),
  } as const;
  try {
    const run = await createResponse({ ctx, input: { ...input, form } });
    const { answer } = chat;
    return { ...run, answer, complete: (response) => toChatCompletion(response, answer) };
  } catch (error) {
    throw toChatError(error);
  }
}
