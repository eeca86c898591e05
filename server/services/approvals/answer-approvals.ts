import { z } from "zod";
import { recordAudit } from "#server/auth/audit";
import { requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import {
  closeApprovals,
  type Decision,
  type LockedApproval,
  lockApprovals,
  noteDecisions,
  reopenApprovals,
} from "#server/db/approvals";
import { inTransaction, type TransactionClient } from "#server/db/client";
import { mapped } from "#server/db/mapped";
import { readResponse, type StoredResponse } from "#server/db/responses";
import { AppError } from "#server/errors";
import type { McpApprovalAnswer } from "#server/protocol/mcp-tools";
import { lostCredentialsOf } from "#server/services/approvals/approval-view";
import { continuationOf } from "#server/services/approvals/continuation";
import type { ServiceContext } from "#server/services/context";
import { toKnownError } from "#server/services/known-error";
import { APPROVAL_TRACE } from "#server/services/responses/background-trace";
import { createResponse } from "#server/services/responses/create-response";
import { responseNotFound } from "#server/services/responses/get-response";
import { claimKey } from "#server/services/responses/mcp-approvals";
import { startTrace } from "#server/tracing/recorder";

export const AnswerApprovalsInput = z.object({
  responseId: z.string().min(1).max(300),
  answers: z
    .array(
      z.object({
        id: z.string().min(1).max(300),
        approve: z.boolean(),
        /** Told to the model; of a denial. */
        reason: z.string().trim().max(2_000).optional(),
      }),
    )
    .min(1)
    .max(256),
});

type Input = z.infer<typeof AnswerApprovalsInput>;

/** What an answer led to. */
export interface AnsweredApprovals {
  /** The response that goes on with the run; null while other requests of the response wait. */
  continuedAs: string | null;
  /** Requests of the response that nobody has decided yet. */
  left: number;
}

/** What was decided, and how it stood before. */
interface Decided {
  /** In the order in which the model asked; empty while one of them is undecided. */
  answers: McpApprovalAnswer[];
  before: Decision[];
  left: number;
}

function refuse(message: string): AppError {
  return new AppError("invalid_request", message);
}

function checkAnswers({ responseId, answers }: Input, asked: readonly LockedApproval[]): void {
  const byId = new Map(asked.map((request) => [request.id, request]));
  for (const { id } of answers) {
    const request = byId.get(id);
    if (!request) throw new AppError("not_found", `The response '${responseId}' has no request for approval '${id}'.`);
    if (!request.isPending) throw refuse("This has been answered already, here or through the API.");
  }
  const lost = lostCredentialsOf(asked);
  if (lost.length === 0) return;
  throw refuse(
    `The credentials of ${lost.map((label) => `'${label}'`).join(", ")} came with the request and are not kept, so only ` +
      "the client that sent them can go on. A saved server's are kept.",
  );
}

function answerOf({ id, approve, reason }: Pick<LockedApproval, "id" | "approve" | "reason">): McpApprovalAnswer {
  const words = reason === null || reason === "" ? {} : { reason };
  return { type: "mcp_approval_response", approval_request_id: id, approve: approve === true, ...words };
}

/** Notes the decisions. Once none is missing, the requests count as answered, so that nobody else goes on too. */
async function decide(tx: TransactionClient, ctx: ServiceContext, input: Input): Promise<Decided> {
  const { teamId } = ctx.principal;
  const { responseId } = input;
  const asked = await lockApprovals(tx, { teamId, responseId });
  checkAnswers(input, asked);
  const now = clock().now();
  const deciderId = ctx.principal.type === "user" ? ctx.principal.userId : null;
  const decisions = new Map(
    input.answers.map(({ id, approve, reason }) => {
      return [id, { id, approve, reason: reason || null, deciderId, decidedAt: now }];
    }),
  );
  await noteDecisions(tx, teamId, [...decisions.values()]);
  const after = asked.map((request) => decisions.get(request.id) ?? request);
  const left = after.filter(({ approve }) => approve === null).length;
  const before = asked.flatMap(({ id }) =>
    decisions.has(id) ? [{ id, approve: null, reason: null, deciderId: null, decidedAt: null }] : [],
  );
  if (left > 0) return { answers: [], before, left };
  await closeApprovals(tx, { teamId, responseId, now });
  return { answers: after.map(answerOf), before, left };
}

/** Goes on with the run, as its client would, in the background. Gives the id of the response that does. */
async function goOn(ctx: ServiceContext, { body }: StoredResponse, answers: McpApprovalAnswer[]): Promise<string> {
  const { principal } = ctx;
  const trace = startTrace({
    ...{ teamId: principal.teamId, name: APPROVAL_TRACE, keepsContent: true },
    ...(principal.type === "user" && { userId: principal.userId }),
  });
  try {
    const run = await createResponse({ ctx: { ...ctx, trace }, input: { body: continuationOf(body, answers) } });
    if (run.queued) return run.queued.id;
    throw new Error("A background response was not queued.");
  } catch (error) {
    const { code, message } = toKnownError(error);
    trace.end({ status: "error", error: { code, message } });
    throw error;
  }
}

/** Everything is again as it was before this answer, which has come to nothing; but for what a client went on with. */
async function takeBack({ teamId }: { teamId: string }, { answers, before }: Decided): Promise<void> {
  await mapped(() => inTransaction((tx) => noteDecisions(tx, teamId, before)));
  const ids = answers.map((answer) => answer.approval_request_id);
  await reopenApprovals({ teamId, ids, claims: ids.map(claimKey) });
}

async function recordAnswers(ctx: ServiceContext, { responseId, answers }: Input, continuedAs: string | null) {
  const detail = { responseId, ...(continuedAs === null ? {} : { continuedAs }) };
  for (const { id, approve } of answers) {
    const action = approve ? "approval.approve" : "approval.deny";
    await recordAudit(ctx.principal, { action, resourceId: id, detail });
  }
}

/**
 * Approves or denies what a stored response asks, one request or several. Once all of them are decided the run goes on:
 * a new response, under the permissions of the person who decided last, with the model, tools and settings of the
 * first. When that is refused the answer counts as not given.
 * @throws AppError not_found for a response, or a request of it, that is absent or another team's; invalid_request for
 *   what is answered already, and where the request's own credentials are gone; permission_denied, and what
 *   {@link createResponse} refuses
 */
export async function answerApprovals({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: Input;
}): Promise<AnsweredApprovals> {
  requirePermission(ctx.principal, "responses.write");
  const stored = await readResponse(ctx.principal.teamId, input.responseId);
  if (!stored) throw responseNotFound(input.responseId);
  const decided = await mapped(() => inTransaction((tx) => decide(tx, ctx, input)));
  if (decided.left > 0) {
    await recordAnswers(ctx, input, null);
    return { continuedAs: null, left: decided.left };
  }
  try {
    const continuedAs = await goOn(ctx, stored, decided.answers);
    await recordAnswers(ctx, input, continuedAs);
    return { continuedAs, left: 0 };
  } catch (error) {
    await takeBack(ctx.principal, decided);
    throw error;
  }
}
