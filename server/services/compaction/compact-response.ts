import { clock, toSeconds } from "#server/clock";
import { toUsage } from "#server/engine/builder/usage";
import { summarise } from "#server/engine/summarise";
import { newId } from "#server/ids";
import { type CompactedResponse, parseCompact } from "#server/protocol/compact";
import type { CreateResponseRequest } from "#server/protocol/request";
import type { ModelUsage } from "#server/providers/provider";
import { makeCompaction, summaryTranscript } from "#server/services/compaction/make-compaction";
import { type CompactionPlan, planWhole } from "#server/services/compaction/plan-compaction";
import type { ServiceContext } from "#server/services/context";
import { type ResolvedModel, resolveModel } from "#server/services/models/resolve-model";
import { countInput, modelFacts } from "#server/services/responses/fit-input";
import { loadContext, type ResponseContext } from "#server/services/responses/load-context";
import { asksForNoStore } from "#server/services/responses/prepare-response";
import { timeModel } from "#server/services/responses/timed-model";
import { withoutToolCredentials } from "#server/services/responses/tool-credentials";
import { previewOfInput } from "#server/services/responses/trace-facts";

export interface CompactResponseInput {
  /** The parsed JSON body, as it came. */
  body: unknown;
  /** `x-model-provider`. */
  providerHeader: string | null;
  /** `x-provider-api-key`: used for this request, kept nowhere. */
  providerApiKey: string | null;
}

export interface CompactionRun {
  compacted: CompactedResponse;
  /** Which connection and model made the summary. */
  model(): { provider: string; name: string };
  /** 1, and one more for each try at a vendor that failed. */
  attempts(): number;
  /** Milliseconds spent waiting for the model. */
  upstreamMs(): number;
}

const NO_USAGE: ModelUsage = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 };

interface Work {
  request: CreateResponseRequest;
  resolved: ResolvedModel;
  context: ResponseContext;
}

async function planOf(ctx: ServiceContext, { request, resolved, context }: Work): Promise<CompactionPlan> {
  const fit = { request, context, model: modelFacts(resolved), tools: new Map() };
  const count = await countInput({ ctx, input: fit });
  const { items, summaryId } = context;
  return planWhole({ items, summaryId, tokens: count.items });
}

function noteFacts(ctx: ServiceContext, { resolved, context }: Work): void {
  ctx.trace.set({
    requestedModel: resolved.requestedModel,
    inputPreview: previewOfInput(context.inputItems),
  });
  ctx.trace.content({ input: context.items });
}

/**
 * Compacts a conversation: the newest user messages, and an item that only this server can open in place of all the
 * rest. Nothing is stored; the caller sends the window back as input.
 * @throws AppError for every way in which the request can be refused, and what the model throws
 */
export async function compactResponse({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: CompactResponseInput;
}): Promise<CompactionRun> {
  if (asksForNoStore(input.body)) ctx.trace.dropContent();
  const request = parseCompact(input.body);
  ctx.trace.content({ request: withoutToolCredentials(input.body) });
  const { providerHeader, providerApiKey } = input;
  const [resolved, context] = await Promise.all([
    resolveModel({ ctx, input: { model: request.model, providerHeader, providerApiKey } }),
    loadContext({ ctx, input: { ...request, memory: null } }),
  ]);
  const work: Work = { request, resolved, context };
  noteFacts(ctx, work);
  const plan = await planOf(ctx, work);
  const { instructions, serviceTier, promptCacheKey, safetyIdentifier, passed } = request;
  const timed = timeModel(resolved.languageModel);
  const summary = await summarise({
    model: timed.model,
    provider: resolved.provider,
    price: resolved.price,
    trace: ctx.trace,
    signal: ctx.signal,
    transcript: summaryTranscript(plan.summarised, { contextWindow: resolved.contextWindow, instructions }),
    settings: { serviceTier, promptCacheKey, safetyIdentifier, passed },
  });
  const { item } = makeCompaction({ teamId: ctx.principal.teamId, context, plan, summary: summary.text });
  const usage = summary.usage ?? NO_USAGE;
  // Of an alias, who answered is known only now.
  const { servedModel, provider } = resolved;
  ctx.trace.set({ servedModel, provider, ...usage, costUsd: resolved.priceOfResponse(usage) });
  const output = [...plan.userMessages, item];
  ctx.trace.content({ output });
  return {
    compacted: {
      id: newId("response"),
      object: "response.compaction",
      created_at: toSeconds(clock().now()),
      output,
      usage: toUsage(usage),
    },
    model: () => ({ provider: resolved.provider, name: resolved.servedModel }),
    attempts: timed.attempts,
    upstreamMs: timed.waitedMs,
  };
}
