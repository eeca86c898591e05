import type { Item } from "#server/protocol/items";
import { isStanding } from "#server/services/compaction/expand-compactions";
import { callLinkOf } from "#server/services/responses/call-links";

/** Items that stay or go together. */
interface Turn {
  places: number[];
  tokens: number;
  isLast: boolean;
}

export interface TruncationInput {
  items: readonly Item[];
  /** Tokens of each item. */
  tokens: readonly number[];
  /** Ids of items that stay, whatever they are. */
  pinned: ReadonlySet<string>;
  /** Tokens that have to go, at least. */
  excess: number;
}

function isPinned(item: Item, pinned: ReadonlySet<string>): boolean {
  return pinned.has(item.id) || isStanding(item);
}

function beginsTurn(item: Item, before: Item | undefined): boolean {
  const isUser = (one: Item | undefined) => one?.type === "message" && one.role === "user";
  return isUser(item) && !isUser(before);
}

/** The turns in order: each begins with what a user says. A call that is answered later binds its turn to that one. */
function turnsOf({ items, tokens, pinned }: TruncationInput): Turn[] {
  const turns: Turn[] = [];
  const turnOfCall = new Map<string, number>();
  let before: Item | undefined;
  for (const [place, item] of items.entries()) {
    if (isPinned(item, pinned)) continue;
    if (turns.length === 0 || beginsTurn(item, before)) turns.push({ places: [], tokens: 0, isLast: false });
    before = item;
    const link = callLinkOf(item);
    if (link?.role === "call") turnOfCall.set(link.key, turns.length - 1);
    const asked = link?.role === "output" ? turnOfCall.get(link.key) : undefined;
    if (asked !== undefined) joinTurns(turns, asked, turnOfCall);
    const turn = turns.at(-1);
    turn?.places.push(place);
    if (turn) turn.tokens += tokens[place] ?? 0;
  }
  const last = turns.at(-1);
  if (last) last.isLast = true;
  return turns;
}

/** Makes one turn of `first` and all that follow it. */
function joinTurns(turns: Turn[], first: number, turnOfCall: Map<string, number>): void {
  const target = turns[first];
  if (!target) return;
  for (const turn of turns.splice(first + 1)) {
    target.places.push(...turn.places);
    target.tokens += turn.tokens;
  }
  for (const [callId, turn] of turnOfCall) if (turn > first) turnOfCall.set(callId, first);
}

/**
 * The items without their oldest turns, until `excess` tokens are gone or only the last turn is left. What
 * stands stays. Turns go whole: no call loses its output, and no reasoning what it led to.
 */
export function truncateTurns(input: TruncationInput): { items: Item[]; tokensGone: number } {
  const gone = new Set<number>();
  let tokensGone = 0;
  for (const turn of turnsOf(input)) {
    if (turn.isLast || tokensGone >= input.excess) break;
    for (const place of turn.places) gone.add(place);
    tokensGone += turn.tokens;
  }
  return { items: input.items.filter((_, place) => !gone.has(place)), tokensGone };
}
