import type { Principal } from "#server/auth/principal";
import type { AskedApproval } from "#server/db/approvals";
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
  /** Labels of its servers whose credentials came with it. */
  credentialLabels: readonly string[];
}

/** What an answer asks to have approved, as far as it can be gone on with: not of one that is not stored. */
export function askedApprovals(
  response: ResponseResource,
  { teamId, credentialLabels }: { teamId: string; credentialLabels: readonly string[] },
): AskedApproval[] {
  if (!response.store || !isAnswer(response)) return [];
  return response.output.flatMap(({ type, id }) =>
    type === "mcp_approval_request"
      ? [{ teamId, id, responseId: response.id, lostCredentials: credentialLabels, createdAt: response.created_at }]
      : [],
  );
}

/** What is stored of a finished response: its own row without the output, and every item it brings. */
export function toResponseRecord(input: RowsInput): ResponseRecord {
  const { principal, context, response, createdAt } = input;
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
    approvals: askedApprovals(response, { teamId: principal.teamId, credentialLabels: input.credentialLabels }),
  };
}
