import { askModel } from "#server/engine/ask-model";
import { AppError, isAppError } from "#server/errors";
import { createProvider } from "#server/providers/registry";
import { RANK_INSTRUCTIONS, readRanking, writeRanking } from "#server/retrieval/search/listwise-ranking";
import type { ServiceContext } from "#server/services/context";
import { chooseTarget } from "#server/services/models/choose-target";
import { resolveModel } from "#server/services/models/resolve-model";
import { loadTeamModels } from "#server/services/models/team-models";

/** What orders passages anew by how well they answer a question. */
export interface Ranker {
  name: string;
  /** The scores, 0 to 1, in the order of the passages. */
  rank(question: RankQuestion): Promise<number[]>;
}

export interface RankQuestion {
  query: string;
  passages: readonly string[];
  signal: AbortSignal;
  /** The span of the ranking. */
  spanId: string;
}

/** Names of models that are asked by `/rerank`; all others are language models. */
const RERANKS = /rerank|cross-encoder|ms-marco/i;
/** A language model reads every passage. */
const MAX_READ = 20;

/**
 * The ranker of a name: a model behind a `/rerank` server when its name says that it is one, else a language model, which
 * is asked to order the passages.
 * @throws AppError model_not_found, naming `param`, for a model that the team does not have; database_unavailable
 */
export async function openRanker({
  ctx,
  input: { name, param },
}: {
  ctx: ServiceContext;
  input: { name: string; param: string };
}): Promise<Ranker> {
  const team = await loadTeamModels(ctx.principal.teamId);
  if (RERANKS.test(name) && !team.routes.has(name)) {
    const target = await chooseTarget({ team, name, provider: null, callerKey: null, passthrough: false });
    const model = target && createProvider(target.connection).rerankModel?.(target.modelId);
    if (!model) throw noRanker(name, param);
    return { name, rank: ({ query, passages, signal }) => model.rerank(query, passages, { signal }) };
  }
  return openLanguageRanker(ctx, { name, param });
}

async function openLanguageRanker(ctx: ServiceContext, { name, param }: { name: string; param: string }) {
  const resolved = await resolveModel({
    ctx,
    input: { model: name, providerHeader: null, providerApiKey: null },
  }).catch((error: unknown) => {
    throw isAppError(error) && error.code === "model_not_found" ? noRanker(name, param) : error;
  });
  const { languageModel: model, provider, price } = resolved;
  const rank = async ({ query, passages, signal, spanId }: RankQuestion) => {
    const read = passages.slice(0, MAX_READ);
    const { text } = await askModel(
      { model, provider, price, trace: ctx.trace, parentSpanId: spanId, signal },
      {
        task: "rank",
        instructions: RANK_INSTRUCTIONS,
        input: [{ type: "message", role: "user", content: [{ type: "text", text: writeRanking(query, read) }] }],
      },
    );
    const scores = readRanking(text, read.length);
    if (!scores) throw new AppError("provider_error", "The model wrote no ranking.");
    return passages.map((_, index) => scores[index] ?? 0);
  };
  return { name, rank };
}

function noRanker(name: string, param: string): AppError {
  const message =
    `There is no ranker '${name}'. Use 'none', 'auto', or 'connection/model' of a language model or of a server ` +
    "with /rerank.";
  return new AppError("model_not_found", message, { param });
}
