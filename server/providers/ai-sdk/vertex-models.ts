import { isAppError } from "#server/errors";
import { authorizationOf, vertexCredentialOf } from "#server/providers/ai-sdk/vertex-credential";
import { openVertexPlace } from "#server/providers/ai-sdk/vertex-place";
import type { Connection, ModelInfo } from "#server/providers/provider";
import { fetchJson } from "#server/providers/shared/fetch-json";
import { listOf, objectOf, stringOf } from "#server/providers/shared/json";

const PAGE_SIZE = 100;
const MAX_PAGES = 5;
const OTHER = /image|tts|live|audio|transcribe|translate/;

function kindOf(id: string): ModelInfo["kind"] {
  if (/embedding/.test(id)) return "embedding";
  return /^(gemini|claude)-/.test(id) && !OTHER.test(id) ? "language" : "unknown";
}

function toModelInfo(entry: unknown): ModelInfo[] {
  const [, publisher, id] = /^publishers\/([^/]+)\/models\/(.+)$/.exec(stringOf(objectOf(entry)?.name) ?? "") ?? [];
  return publisher && id ? [{ id, ownedBy: publisher, created: 0, kind: kindOf(id) }] : [];
}

async function listPublisher(connection: Connection, publisher: string, signal: AbortSignal): Promise<ModelInfo[]> {
  const credential = vertexCredentialOf(connection);
  const { root, project } = openVertexPlace(connection, credential);
  const headers = {
    ...authorizationOf(credential),
    ...(project === null ? {} : { "x-goog-user-project": project }),
  };
  const models: ModelInfo[] = [];
  let token: string | null = "";
  for (let page = 0; page < MAX_PAGES && token !== null; page += 1) {
    const query = new URLSearchParams({ pageSize: String(PAGE_SIZE), ...(token && { pageToken: token }) });
    const url = `${root}/v1beta1/publishers/${publisher}/models?${query}`;
    const answer = objectOf(await fetchJson({ connection, url, method: "GET", headers, body: null, signal }));
    models.push(...listOf(answer?.publisherModels).flatMap(toModelInfo));
    token = stringOf(answer?.nextPageToken) || null;
  }
  return models;
}

/** A key of express mode may ask models and not list them, which says nothing against it. */
function forbidsKeys(error: unknown): boolean {
  return isAppError(error) && /API keys are not supported/i.test(error.message);
}

/**
 * The models of Google, and of Anthropic where the project may list them.
 * Source: ListPublisherModels of Vertex AI's v1beta1, which Google's own SDK asks.
 */
export async function listVertexModels(connection: Connection, signal: AbortSignal): Promise<ModelInfo[]> {
  const { project } = openVertexPlace(connection, vertexCredentialOf(connection));
  const [google, anthropic] = await Promise.all([
    listPublisher(connection, "google", signal).catch((error: unknown) => {
      if (forbidsKeys(error)) return [];
      throw error;
    }),
    project === null ? [] : listPublisher(connection, "anthropic", signal).catch((): ModelInfo[] => []),
  ]);
  return [...google, ...anthropic];
}
