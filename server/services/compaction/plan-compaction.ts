import { AppError } from "#server/errors";
import type { Item } from "#server/protocol/items";
import { isStanding } from "#server/services/compaction/expand-compactions";
import { type CallLink, callLinkOf } from "#server/services/responses/call-links";

export interface PlanInput {
  items: readonly Item[];
  /** The message among them that carries an earlier summary. */
  summaryId: string | null;
  /** Tokens of each item. */
  tokens: readonly number[];
  /** Tokens of earlier user messages that stay word for word, at most; the newest of all always does. */
  maxUserTokens: number;
  /** Tokens of the newest calls and results that may stay word for word; null: everything is compacted. */
  maxTailTokens: number | null;
}

/** What becomes of a context. */
export interface CompactionPlan {
  /** What the summary is made from. */
  summarised: Item[];
  /** What stays word for word in front of the summary, and behind it. */
  before: Item[];
  after: Item[];
  /** User messages that stay, oldest first. */
  userMessages: Item[];
  /** Tokens that the summary takes the place of. */
  tokensGone: number;
}

/**
 * Decides what of a context is summarised. System and developer messages stay, and the newest user messages; so does
 * what the model is to answer now: a new user message, or the results of its newest calls, with these calls.
 */
export function planCompaction(input: PlanInput): CompactionPlan {
  const { items, tokens } = input;
  const end = input.maxTailTokens === null ? items.length : tailStart(input, input.maxTailTokens);
  const head = items.slice(0, end);
  const after = items.slice(end);
  const kept = keptUserMessages(input, end);
  const summarised = head.filter((item) => !isStanding(item));
  const goes = (item: Item, index: number) => (isStanding(item) || kept.has(index) ? 0 : (tokens[index] ?? 0));
  const userMessages = head.filter((_, index) => kept.has(index));
  return {
    summarised,
    before: [...head.filter(isStanding), ...userMessages],
    after,
    userMessages,
    tokensGone: head.map(goes).reduce((sum, count) => sum + count, 0),
  };
}

/** Tokens of user messages that stay word for word where all the rest is compacted. */
const KEPT_USER_TOKENS = 20_000;

/**
 * Plans to summarise a whole context, but for its newest user messages.
 * @throws AppError invalid_request when there is nothing to summarise
 */
export function planWhole(input: Pick<PlanInput, "items" | "summaryId" | "tokens">): CompactionPlan {
  const plan = planCompaction({ ...input, maxUserTokens: KEPT_USER_TOKENS, maxTailTokens: null });
  if (plan.summarised.length > 0) return plan;
  throw new AppError("invalid_request", "There is nothing to compact: the input holds no conversation.", {
    param: "input",
  });
}

function isUserMessage(item: Item | undefined, summaryId: string | null): boolean {
  return item?.type === "message" && item.role === "user" && item.id !== summaryId;
}

function sum(tokens: readonly number[]): number {
  return tokens.reduce((total, count) => total + count, 0);
}

/** Where that begins which the model is to answer now. */
function tailStart({ items, summaryId, tokens }: PlanInput, maxTokens: number): number {
  let start = items.length;
  while (isUserMessage(items[start - 1], summaryId)) start -= 1;
  if (start < items.length) return start;
  const isOutput = (item: Item | undefined) => item !== undefined && keyOf(item, "output") !== null;
  while (isOutput(items[start - 1])) start -= 1;
  if (start === items.length) return start;
  start = withCalls(items, start);
  // Reasoning belongs to the calls it led to.
  while (items[start - 1]?.type === "reasoning") start -= 1;
  return sum(tokens.slice(start)) <= maxTokens ? start : items.length;
}

/** The key of the item's link, when it has that role. */
function keyOf(item: Item, role: CallLink["role"]): string | null {
  const link = callLinkOf(item);
  return link?.role === role ? link.key : null;
}

/** The place from which on no result is without its call. */
function withCalls(items: readonly Item[], from: number): number {
  let start = from;
  for (;;) {
    const answered = new Set(items.slice(start).flatMap((item) => keyOf(item, "output") ?? []));
    const first = items.findIndex((item) => answered.has(keyOf(item, "call") ?? ""));
    if (first < 0 || first >= start) return start;
    start = first;
  }
}

/** Places of the user messages before `end` that stay: the newest, while they fit. */
function keptUserMessages({ items, summaryId, tokens, maxUserTokens }: PlanInput, end: number): Set<number> {
  const kept = new Set<number>();
  const mayKeepNone = items.slice(end).some((item) => isUserMessage(item, summaryId));
  let left = maxUserTokens;
  for (let place = end - 1; place >= 0; place -= 1) {
    if (!isUserMessage(items[place], summaryId)) continue;
    left -= tokens[place] ?? 0;
    if (left < 0 && (mayKeepNone || kept.size > 0)) break;
    kept.add(place);
  }
  return kept;
}
