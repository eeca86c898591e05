import type { PlannedCompaction } from "#server/engine/engine-request";
import { toModelInput } from "#server/engine/model-input";
import { toModelFormat, toModelTools, vendorToolsOf } from "#server/engine/model-tools";
import { AppError } from "#server/errors";
import type { Item } from "#server/protocol/items";
import type { CreateResponseRequest } from "#server/protocol/request";
import type { ModelInput } from "#server/providers/provider";
import { makeCompaction, summaryTranscript } from "#server/services/compaction/make-compaction";
import { type CompactionPlan, planCompaction, planWhole } from "#server/services/compaction/plan-compaction";
import type { ServiceContext } from "#server/services/context";
import type { ResolvedModel } from "#server/services/models/resolve-model";
import type { ResponseContext } from "#server/services/responses/load-context";
import { loadFiles } from "#server/services/responses/load-files";
import { openReasoning } from "#server/services/responses/reasoning-seal";
import { truncateTurns } from "#server/services/responses/truncate-turns";
import { type Measurement, measureRequest, type TokenCount } from "#server/services/tokens/measure-request";
import type { Tool } from "#server/tools/tool";

/** Without a threshold of its own, a context is compacted when it fills this share of the model's window. */
const DEFAULT_THRESHOLD = 0.8;
/** A compaction that frees less than this share of the threshold would only come again and again. */
const LEAST_GAIN = 0.1;
/** Of the threshold: what the newest calls and results may take to stay word for word. */
const TAIL_SHARE = 0.5;
/** Of the threshold: what user messages of earlier turns may take to stay word for word. */
const USER_SHARE = 0.25;
/** A count by another model's tokenizer may be off by this much; what may still fit is the provider's to judge. */
const DOUBT = 1.25;

export interface FitInput {
  request: CreateResponseRequest;
  context: ResponseContext;
  tools: ReadonlyMap<string, Tool>;
  /**
   * The vendor's name of the model, the connection's before it or not, its window in tokens, and what it takes beside
   * text; null where that is unknown.
   */
  model: { id: string; contextWindow: number | null; takes: readonly string[] | null };
}

/** What the model is shown. */
export interface FittedInput {
  input: ModelInput[];
  /** Set when the context is to be compacted first. */
  compaction: PlannedCompaction | null;
}

/** What {@link fitInput} has to know of a model. */
export function modelFacts({ servedModel, contextWindow, takes }: ResolvedModel): FitInput["model"] {
  return { id: servedModel, contextWindow, takes };
}

/** Shows the model items of a context, with their reasoning as its vendor gave it. */
type Show = (items: readonly Item[]) => ModelInput[];

async function openShow(ctx: ServiceContext, { context, model }: FitInput): Promise<Show> {
  const { promptItems, inputItems, newItems, unshownIds } = context;
  const items = allItems(context);
  const vision = model.takes?.includes("image") ?? false;
  const files = await loadFiles({ ctx, input: { items, inputItems, promptItems, vision } });
  const { teamId } = ctx.principal;
  return (items) => {
    const shown = unshownIds ? items.filter(({ id }) => !unshownIds.has(id)) : items;
    return toModelInput(openReasoning({ teamId, items: shown, inputItems, newItems }), files);
  };
}

function allItems({ promptItems, items }: ResponseContext): Item[] {
  return [...promptItems, ...items];
}

function measure({ request, context, tools, model }: FitInput, show: Show): Measurement {
  return measureRequest({
    modelId: model.id,
    instructions: request.instructions,
    tools: toModelTools(request.tools, tools),
    vendorTools: vendorToolsOf(request.tools, tools),
    format: toModelFormat(request.text.format),
    items: allItems(context).map((item) => show([item])),
  });
}

/**
 * Counts what a request gives its model to read.
 * @throws AppError as {@link loadFiles}
 */
export async function countInput({ ctx, input }: { ctx: ServiceContext; input: FitInput }): Promise<TokenCount> {
  return measure(input, await openShow(ctx, input)).count();
}

function thresholdOf({ request, model }: FitInput): number | null {
  if (request.contextManagement === null) return null;
  const { compactThreshold } = request.contextManagement;
  if (compactThreshold !== null) return compactThreshold;
  return model.contextWindow === null ? null : Math.floor(model.contextWindow * DEFAULT_THRESHOLD);
}

/** Tokens of the items of the conversation alone. */
function itemTokens(count: TokenCount, { context }: FitInput): number[] {
  return count.items.slice(context.promptItems.length);
}

function worthwhilePlan(fit: FitInput, count: TokenCount, threshold: number): CompactionPlan | null {
  const { items, summaryId } = fit.context;
  const tokens = itemTokens(count, fit);
  const shares = { maxUserTokens: threshold * USER_SHARE, maxTailTokens: threshold * TAIL_SHARE };
  const plan = planCompaction({ items, summaryId, tokens, ...shares });
  return plan.tokensGone >= threshold * LEAST_GAIN ? plan : null;
}

function tooLong(): AppError {
  return new AppError(
    "context_length_exceeded",
    "Your input exceeds the context window of this model. Please adjust your input and try again.",
    { param: "input" },
  );
}

/** The items that fit into the model's window. Throws AppError context_length_exceeded. */
function fitWindow(fit: FitInput, count: TokenCount, contextWindow: number): Item[] {
  const { request, context } = fit;
  const certainlyTooLong = (tokens: number) => tokens > contextWindow * (count.estimated ? DOUBT : 1);
  if (request.truncation === "disabled") {
    if (certainlyTooLong(count.total)) throw tooLong();
    return context.items;
  }
  // Where the answer's length is bounded, there must be room for it.
  const room = contextWindow - Math.min(request.maxOutputTokens ?? 0, Math.floor(contextWindow / 2));
  const pinned = new Set(context.summaryId === null ? [] : [context.summaryId]);
  const tokens = itemTokens(count, fit);
  const left = truncateTurns({ items: context.items, tokens, pinned, excess: count.total - room });
  if (certainlyTooLong(count.total - left.tokensGone)) throw tooLong();
  return left.items;
}

/** The plan for a context that is to be compacted whatever its length. Throws AppError invalid_request. */
function demandedPlan(fit: FitInput, count: TokenCount): CompactionPlan {
  const { items, summaryId } = fit.context;
  return planWhole({ items, summaryId, tokens: itemTokens(count, fit) });
}

function planned(ctx: ServiceContext, fit: FitInput, { plan, show }: { plan: CompactionPlan; show: Show }) {
  const { context, model, request } = fit;
  const compaction: PlannedCompaction = {
    endsResponse: request.compactNow,
    transcript: summaryTranscript(plan.summarised, { contextWindow: model.contextWindow, instructions: null }),
    finish(summary) {
      const { item, items } = makeCompaction({ teamId: ctx.principal.teamId, context, plan, summary });
      return { item, input: show([...context.promptItems, ...items]) };
    },
  };
  return compaction;
}

/**
 * What the model is shown of a request: all of it, or what `truncation` and `context_management` leave of it when it
 * is longer than the model's window or the threshold. Tokens are counted only for what may be too long.
 * @throws AppError context_length_exceeded; as {@link loadFiles}
 */
export async function fitInput({ ctx, input }: { ctx: ServiceContext; input: FitInput }): Promise<FittedInput> {
  const { context, model } = input;
  const show = await openShow(ctx, input);
  const whole: FittedInput = { input: show(allItems(context)), compaction: null };
  if (input.request.compactNow) {
    const plan = demandedPlan(input, await measure(input, show).count());
    return { ...whole, compaction: planned(ctx, input, { plan, show }) };
  }
  const threshold = thresholdOf(input);
  const limits = [threshold, model.contextWindow].filter((limit) => limit !== null);
  if (limits.length === 0) return whole;
  const measurement = measure(input, show);
  if (measurement.certainlyFits(Math.min(...limits))) return whole;
  const count = await measurement.count();
  const plan = threshold !== null && count.total > threshold ? worthwhilePlan(input, count, threshold) : null;
  if (plan) return { ...whole, compaction: planned(ctx, input, { plan, show }) };
  if (model.contextWindow === null || count.total <= model.contextWindow) return whole;
  const left = fitWindow(input, count, model.contextWindow);
  return left === context.items ? whole : { ...whole, input: show([...context.promptItems, ...left]) };
}
