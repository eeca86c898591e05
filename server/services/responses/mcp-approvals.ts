import { clock } from "#server/clock";
import { config } from "#server/config";
import { findDeniedApprovals, reopenApprovals, settleApprovals } from "#server/db/approvals";
import { claimIdempotencyKey, findIdempotencyKeys, releaseIdempotencyKey } from "#server/db/idempotency";
import type { ApprovedCall } from "#server/engine/engine-request";
import { AppError } from "#server/errors";
import type { Item } from "#server/protocol/items";
import { McpApprovalAnswer, McpApprovalAsked } from "#server/protocol/mcp-tools";
import { validate } from "#server/protocol/validate";
import type { ServiceContext } from "#server/services/context";
import { callIdOf } from "#server/services/responses/call-pair";
import type { ResponseContext } from "#server/services/responses/load-context";
import { type Tool, toolsOfServer } from "#server/tools/tool";

function refuse(message: string): AppError {
  return new AppError("invalid_request", message, { param: "input", wireCode: null });
}

/** Ids of the requests for approval that were answered, or acted on, before this request. */
function settledIds({ history, inputItems }: Pick<ResponseContext, "history" | "inputItems">): Set<string> {
  const answers = history.filter((item) => item.type === "mcp_approval_response");
  const calls = [...history, ...inputItems].filter((item) => item.type === "mcp_call");
  const ids = [...answers, ...calls].map((item) => "approval_request_id" in item && item.approval_request_id);
  return new Set(ids.filter((id) => typeof id === "string"));
}

/**
 * The context with the answers at the end of a conversation, where they were put as items, in its input: no model has been
 * asked since, so it is for this request to act on them. But for approvals that a request has used, whose call was made,
 * and for answers to what the conversation does not ask.
 * @throws AppError database_unavailable
 */
export async function withWaitingAnswers(
  { principal: { teamId } }: ServiceContext,
  context: ResponseContext,
): Promise<ResponseContext> {
  const { history } = context;
  const end = history.findLastIndex(({ type }) => type !== "mcp_approval_response") + 1;
  const last = history.slice(end);
  if (last.length === 0) return context;
  const settled = settledIds({ history: history.slice(0, end), inputItems: [] });
  for (const key of await findIdempotencyKeys(teamId, answeredIds(last).map(claimKey))) settled.add(key);
  const asked = new Set(history.map(({ id }) => id));
  const isWaiting = (item: Item) =>
    answeredIds([item]).some((id) => {
      const isOpen = asked.has(id) && !settled.has(id) && !settled.has(claimKey(id));
      settled.add(id);
      return isOpen;
    });
  const waiting = new Set(last.filter(isWaiting));
  return {
    ...context,
    history: history.filter((item) => !waiting.has(item)),
    inputItems: [...waiting, ...context.inputItems],
  };
}

/**
 * Takes note of answers that are put into a conversation as items: what it holds is pending no more.
 * @throws AppError database_unavailable
 */
export async function settleAnswers(
  { principal: { teamId } }: ServiceContext,
  { items, heldIds }: { items: readonly Item[]; heldIds: readonly string[] },
): Promise<void> {
  const held = new Set([...heldIds, ...items.map(({ id }) => id)]);
  const ids = answeredIds(items).filter((id) => held.has(id));
  await settleApprovals({ teamId, ids, now: clock().now() });
}

/**
 * The calls that this request's input approves, in its order.
 * @throws AppError invalid_request for an answer to what was not asked in the context, to what was answered before, and
 *   for the approval of a tool that the request does not have; as `validate` for an answer that is none
 */
export function approvedCalls(context: ResponseContext, tools: ReadonlyMap<string, Tool>): ApprovedCall[] {
  const answers = context.inputItems.filter((item) => item.type === "mcp_approval_response");
  if (answers.length === 0) return [];
  const settled = settledIds(context);
  const asked = new Map([...context.history, ...context.inputItems].map((item) => [item.id, item]));
  return answers.flatMap((item) => {
    const { approval_request_id: id, approve } = validate(McpApprovalAnswer, item);
    const { data: call } = McpApprovalAsked.safeParse(asked.get(id));
    if (!call) throw refuse(`No approval request found for approval response with approval_request_id ${id}.`);
    if (settled.has(id)) throw refuse(`The approval request ${id} has been answered already.`);
    settled.add(id);
    if (!approve) return [];
    const [tool] = toolsOfServer(tools, call.server_label, call.name);
    if (tool) return { requestId: id, callId: callIdOf(id), name: tool.name, arguments: call.arguments };
    throw refuse(
      `The approval request ${id} is for the tool '${call.name}' of the MCP server '${call.server_label}', which is not ` +
        "among this request's 'tools', or does not have that tool.",
    );
  });
}

/** The key by which an approval is used once. No Idempotency-Key of a client's has a space in it. */
export function claimKey(requestId: string): string {
  return `mcp approval ${requestId}`;
}

/**
 * Takes note that a request answers requests for approval, so that they are pending no more, and that calls are about
 * to be made because they were approved: each approval is good for one call, whatever becomes of it, also when another
 * request approves the same. Gives the way to take it all back while nothing has run.
 * @throws AppError invalid_request for an approval that was used before, or of what a person has denied in the
 *   dashboard; database_unavailable
 */
export async function claimApprovals({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { context: ResponseContext; engine: { approved: readonly ApprovedCall[] } };
}): Promise<() => Promise<void>> {
  const { teamId } = ctx.principal;
  const taken: string[] = [];
  let settled: string[] = [];
  const giveBack = async () => {
    for (const key of taken) await releaseIdempotencyKey({ teamId, key });
    await reopenApprovals({ teamId, ids: settled, claims: settled.map(claimKey) });
  };
  for (const { requestId } of input.engine.approved) {
    const key = claimKey(requestId);
    const now = clock().now();
    const leaseUntil = now + config().MCP_APPROVAL_TTL_SECONDS;
    if (await claimIdempotencyKey({ teamId, key, requestHash: "", now, leaseUntil })) {
      await giveBack();
      throw refuse(
        `The approval of the request ${requestId} has been used already: a call runs once for each approval.`,
      );
    }
    taken.push(key);
  }
  settled = await settleApprovals({ teamId, ids: answeredIds(input.context.inputItems), now: clock().now() });
  // Asked once they are settled: from here on nobody can deny them.
  const approvedIds = input.engine.approved.map(({ requestId }) => requestId);
  const [denied] = await findDeniedApprovals(teamId, approvedIds);
  if (denied === undefined) return giveBack;
  await giveBack();
  throw refuse(`The request ${denied} has been denied in the dashboard, so that its call does not run.`);
}

function answeredIds(items: readonly Item[]): string[] {
  return items.flatMap((item) => McpApprovalAnswer.safeParse(item).data?.approval_request_id ?? []);
}
