import { AppError, toAppError } from "#server/errors";
import type { EmbeddingModel, EmbedOptions } from "#server/providers/provider";
import type { ModelTarget } from "#server/services/models/choose-target";
import { inTurn, recordFailure, recordNothing, recordSuccess } from "#server/services/models/circuit-breaker";
import { countsAgainst, failureToTell, mayFallBack } from "#server/services/models/fallback-rules";

/** One place where an embedding model is served. */
export interface EmbeddingCandidate extends ModelTarget {
  /** `connection/model`. */
  name: string;
  model: EmbeddingModel;
  /** Its circuit breaker; null: none is asked or told. */
  breaker: string | null;
}

/** An embedding model served in several places. */
export interface RoutedEmbeddingModel extends EmbeddingModel {
  /** Who answered last; until then who is asked first. */
  readonly serving: EmbeddingCandidate;
  /** 1, and one more for each place so far that failed. */
  readonly attempts: number;
  /** The name of who is asked first: what a store is pinned to. */
  readonly pinName: string;
}

/** The part of a model's id that vendors share: OpenRouter says `openai/text-embedding-3-small`. */
export function embeddingFamily(modelId: string): string {
  return modelId.slice(modelId.lastIndexOf("/") + 1).toLowerCase();
}

async function embedAt(candidate: EmbeddingCandidate, texts: string[], options: EmbedOptions): Promise<number[][]> {
  const { breaker, model } = candidate;
  try {
    const vectors = await model.embed(texts, options);
    if (breaker !== null) recordSuccess(breaker);
    return vectors;
  } catch (error) {
    const counts = !options.signal.aborted && countsAgainst(toAppError(error));
    if (breaker !== null) (counts ? recordFailure : recordNothing)(breaker);
    throw error;
  }
}

/** @throws AppError provider_error for vectors that cannot be compared with those of the first */
function requireLength(vectors: number[][], dimensions: number, names: { first: string; other: string }): void {
  const wrong = vectors.find((vector) => vector.length !== dimensions);
  if (!wrong) return;
  throw new AppError(
    "provider_error",
    `"${names.other}" cannot stand in for "${names.first}": its vectors have ${wrong.length} numbers, not ${dimensions}.`,
    { detail: { status: null } },
  );
}

/**
 * One embedding model served in several places: the next is asked when one fails. All candidates are the same model;
 * a vector of another length than the first's is refused, never mixed in.
 */
export function routeEmbeddingModel(
  candidates: readonly [EmbeddingCandidate, ...EmbeddingCandidate[]],
): RoutedEmbeddingModel {
  const [first] = candidates;
  let { dimensions } = first.model;
  let serving = first;
  let attempts = 1;
  const check = (vectors: number[][], candidate: EmbeddingCandidate) => {
    if (dimensions === 0) dimensions = vectors[0]?.length ?? 0;
    requireLength(vectors, dimensions, { first: first.name, other: candidate.name });
  };
  return {
    modelId: first.model.modelId,
    pinName: first.name,
    ...(first.model.lexical === undefined ? {} : { lexical: first.model.lexical }),
    get dimensions() {
      return dimensions;
    },
    get serving() {
      return serving;
    },
    get attempts() {
      return attempts;
    },
    async embed(texts, options) {
      const failures: AppError[] = [];
      for (const candidate of inTurn(candidates)) {
        try {
          const vectors = await embedAt(candidate, texts, options);
          check(vectors, candidate);
          serving = candidate;
          return vectors;
        } catch (error) {
          const failure = toAppError(error);
          if (options.signal.aborted || !mayFallBack(failure)) throw error;
          failures.push(failure);
          if (failures.length < candidates.length) attempts += 1;
        }
      }
      throw failureToTell(failures) ?? new Error("An alias without targets was asked.");
    },
  };
}
