import type { Connection, ModelInfo } from "#server/providers/provider";
import { endpoint, requestHeaders } from "#server/providers/shared/endpoint";
import { fetchJson } from "#server/providers/shared/fetch-json";
import { listOf, numberOf, objectOf, stringOf } from "#server/providers/shared/json";

const EMBEDS = /embed|(^|[/_-])(bge|gte|e5|minilm|nomic)[-_]/i;
const OTHER = /whisper|tts|transcribe|dall-e|gpt-image|image-|moderation|rerank|realtime|audio|sora|veo|imagen|guard/i;

function kindOf(id: string): ModelInfo["kind"] {
  if (EMBEDS.test(id)) return "embedding";
  return OTHER.test(id) ? "unknown" : "language";
}

function toModelInfo(entry: unknown): ModelInfo[] {
  const model = objectOf(entry);
  const id = stringOf(model?.id);
  if (!model || id === null || id === "") return [];
  const window =
    numberOf(model.context_length) ??
    numberOf(model.context_window) ??
    numberOf(model.max_model_len) ??
    numberOf(model.max_context_length);
  return [
    {
      id,
      ownedBy: stringOf(model.owned_by) ?? stringOf(model.organization) ?? "",
      created: Math.floor(numberOf(model.created) ?? 0),
      kind: kindOf(id),
      ...(window === null ? {} : { contextWindow: window }),
      ...outputLimitOf(model),
      ...modalitiesOf(model),
    },
  ];
}

/** Groq and OpenRouter name it, each at its own place. */
function outputLimitOf(model: Record<string, unknown>): Pick<ModelInfo, "maxOutputTokens"> {
  const limit = numberOf(model.max_completion_tokens) ?? numberOf(objectOf(model.top_provider)?.max_completion_tokens);
  return limit === null ? {} : { maxOutputTokens: limit };
}

/** As OpenRouter lists them. */
function modalitiesOf(model: Record<string, unknown>): Pick<ModelInfo, "modalities"> {
  const { input_modalities: input, output_modalities: output } = objectOf(model.architecture) ?? {};
  if (!Array.isArray(input) || !Array.isArray(output)) return {};
  const strings = (values: unknown[]) => values.filter((value) => typeof value === "string");
  return { modalities: { input: strings(input), output: strings(output) } };
}

/** What `GET {base}/models` names; a bare list, as Together answers, is understood too. */
export async function listModels(connection: Connection, signal: AbortSignal): Promise<ModelInfo[]> {
  const answer = await fetchJson({
    connection,
    url: endpoint(connection, "/models"),
    method: "GET",
    headers: requestHeaders(connection),
    body: null,
    signal,
  });
  return (Array.isArray(answer) ? answer : listOf(objectOf(answer)?.data)).flatMap(toModelInfo);
}
