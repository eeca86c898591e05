import type { Principal } from "#server/auth/principal";
import type { ItemRow, ResponseRecord } from "#server/db/responses";
import type { Item } from "#server/protocol/items";
import type { ResponseResource } from "#server/protocol/response";
import type { ResponseContext } from "#server/services/responses/load-context";

/** A conversation takes what was answered. After a failure the same input may come again, and must not stand twice. */
export function isAnswer({ status }: ResponseResource): boolean {
  return status === "completed" || status === "incomplete";
}

/** An item as it is stored. */
export function itemRow(item: Item): ItemRow {
  return { id: item.id, type: item.type, body: JSON.stringify(item) };
}

export interface RowsInput {
  principal: Principal;
  context: ResponseContext;
  response: ResponseResource;
  /** When the request came in, epoch milliseconds. */
  createdAt: number;
}

/** What is stored of a finished response: its own row without the output, and every item it brings. */
export function toResponseRecord({ principal, context, response, createdAt }: RowsInput): ResponseRecord {
  const { output, ...body } = response;
  return {
    response: {
      teamId: principal.teamId,
      id: response.id,
      status: response.status,
      model: response.model,
      previousResponseId: response.previous_response_id,
      apiKeyId: principal.type === "apiKey" ? principal.keyId : null,
      userId: principal.type === "user" ? principal.userId : null,
      body: JSON.stringify(body),
      historyItemIds: context.historyItemIds,
      inputItemIds: context.inputItems.map((item) => item.id),
      outputItemIds: output.map((item) => item.id),
      createdAt,
      completedAt: response.completed_at === null ? null : response.completed_at * 1000,
    },
    items: [...context.newItems, ...output].map(itemRow),
    conversationId: isAnswer(response) ? (response.conversation?.id ?? null) : null,
  };
}
