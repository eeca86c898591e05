import { askModel } from "#server/engine/ask-model";
import { AppError, toAppError } from "#server/errors";
import { log } from "#server/log";
import { REWRITE_INSTRUCTIONS, readQueries } from "#server/retrieval/search/query-rewriting";
import type { ServiceContext } from "#server/services/context";
import { resolveModel } from "#server/services/models/resolve-model";
import { withinTime } from "#server/services/vector-stores/within-time";
import type { Span } from "#server/tracing/span";

export interface RewriteInput {
  queries: readonly string[];
  /** null: the team's default. */
  model: string | null;
  /** Under which the model's call stands, and which says what became of it. */
  span: Span;
}

/**
 * What a model makes of the queries, at most four of them. When it fails or writes nothing that can be read, the queries
 * as they came: a search must not fail for it, and the span says so.
 * @throws the signal's reason when the request is aborted
 */
export async function rewriteQueries({ ctx, input }: { ctx: ServiceContext; input: RewriteInput }): Promise<string[]> {
  const { span, queries } = input;
  try {
    const written = await ask(ctx, input);
    if (written.length === 0) throw new AppError("provider_error", "The model wrote no queries.");
    span.set({ rewrittenTo: written.length });
    span.content({ askedQueries: queries });
    return written;
  } catch (error) {
    ctx.signal.throwIfAborted();
    const { code } = toAppError(error);
    span.set({ rewriteFailed: code });
    log().warn({ code, model: input.model }, "a search went on with its query as it came");
    return [...queries];
  }
}

async function ask(ctx: ServiceContext, { queries, model, span }: RewriteInput): Promise<string[]> {
  const resolved = await resolveModel({ ctx, input: { model, providerHeader: null, providerApiKey: null } });
  span.set({ rewriteModel: resolved.servedModel });
  const text = queries.join("\n");
  const { languageModel, provider, price } = resolved;
  const answer = await withinTime(ctx.signal, (signal) =>
    askModel(
      { model: languageModel, provider, price, trace: ctx.trace, parentSpanId: span.id, signal },
      {
        task: "search_queries",
        instructions: REWRITE_INSTRUCTIONS,
        input: [{ type: "message", role: "user", content: [{ type: "text", text }] }],
      },
    ),
  );
  return readQueries(answer.text);
}
