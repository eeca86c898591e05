import { LRUCache } from "lru-cache";
import { AppError, isAppError } from "#server/errors";
import type { Connection } from "#server/providers/provider";
import type { RerankModel } from "#server/providers/rerank";
import { endpoint, requestHeaders } from "#server/providers/shared/endpoint";
import { fetchJson } from "#server/providers/shared/fetch-json";
import { listOf, numberOf, objectOf } from "#server/providers/shared/json";

/** `documents`: Cohere's and Jina's body, which vLLM and others share. `texts`: Text Embeddings Inference's. */
type Shape = "documents" | "texts";

const MAX_CONNECTIONS = 5_000;
/** How servers answer a body whose fields they do not know. */
const UNREADABLE = new Set([400, 422]);

const holder = globalThis as typeof globalThis & { rejoinderRerankShapes?: LRUCache<string, Shape> };

function shapes(): LRUCache<string, Shape> {
  holder.rejoinderRerankShapes ??= new LRUCache<string, Shape>({ max: MAX_CONNECTIONS });
  return holder.rejoinderRerankShapes;
}

interface Question {
  modelId: string;
  query: string;
  documents: readonly string[];
}

function bodyOf(shape: Shape, { modelId, query, documents }: Question): string {
  if (shape === "texts") return JSON.stringify({ query, texts: documents, raw_scores: false, truncate: true });
  return JSON.stringify({ model: modelId, query, documents, top_n: documents.length });
}

/** Scores by place: Cohere's and Jina's stand in `results`, Voyage's in `data`, and TEI's answer is the list itself. */
function readScores(answer: unknown, documents: number): number[] | null {
  const object = objectOf(answer);
  const entries = Array.isArray(answer) ? answer : listOf(object?.results ?? object?.data);
  const scores = new Map<number, number>();
  for (const entry of entries) {
    const row = objectOf(entry);
    const index = numberOf(row?.index);
    const score = numberOf(row?.relevance_score ?? row?.score);
    if (index !== null && score !== null && index < documents) scores.set(index, score);
  }
  if (scores.size === 0) return null;
  // Some models give logits in place of probabilities.
  const areLogits = [...scores.values()].some((score) => score < 0 || score > 1);
  const toScore = (score: number) => (areLogits ? 1 / (1 + Math.exp(-score)) : score);
  return Array.from({ length: documents }, (_, index) => {
    const score = scores.get(index);
    return score === undefined ? 0 : toScore(score);
  });
}

/**
 * A model behind `POST <base>/rerank`, in the shapes of Cohere, Jina and Text Embeddings Inference. Which body a server
 * takes is found out by its first answers, once for a connection and process.
 */
export function createRerankModel(connection: Connection, modelId: string): RerankModel {
  const key = `${connection.id} ${connection.baseUrl}`;
  const ask = async (shape: Shape, question: Question, signal: AbortSignal) => {
    const url = endpoint(connection, "/rerank");
    const headers = { ...requestHeaders(connection), accept: "application/json" };
    const call = { connection, url, method: "POST" as const, headers, body: bodyOf(shape, question), signal };
    const answer = await fetchJson(call).catch((error: unknown) => {
      throw asProviderError(error);
    });
    const scores = readScores(answer, question.documents.length);
    if (scores) return scores;
    const message = `The provider "${connection.name}" ranked none of the documents it was given.`;
    throw new AppError("provider_error", message, { detail: { provider: connection.name } });
  };
  return {
    modelId,
    async rerank(query, documents, { signal }) {
      const question = { modelId, query, documents };
      const known = shapes().get(key);
      const askAs = async (shape: Shape) => {
        const scores = await ask(shape, question, signal);
        shapes().set(key, shape);
        return scores;
      };
      try {
        return await askAs(known ?? "documents");
      } catch (error) {
        if (known !== undefined || !isUnreadable(error)) throw error;
        // A server that reads neither body was asked for something wrong, and said so to the first.
        return await askAs("texts").catch((second: unknown) => {
          throw isUnreadable(second) ? error : second;
        });
      }
    },
  };
}

function isUnreadable(error: unknown): boolean {
  if (!isAppError(error) || error.code !== "provider_error") return false;
  return UNREADABLE.has(numberOf(objectOf(error.detail)?.status) ?? 0);
}

/** The body is ours, whatever a server finds wrong with it: no caller is to blame. */
function asProviderError(error: unknown): unknown {
  if (!isAppError(error) || error.code !== "invalid_request") return error;
  return new AppError("provider_error", error.message, { detail: error.detail });
}
