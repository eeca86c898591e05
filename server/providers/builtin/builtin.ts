import { AppError } from "#server/errors";
import { createDemoModel } from "#server/providers/builtin/demo";
import { createEchoModel } from "#server/providers/builtin/echo";
import { createHashEmbedding } from "#server/providers/builtin/hash-embedding";
import type { Connection, LanguageModel, ModelInfo, Provider } from "#server/providers/provider";

const LANGUAGE_MODELS = { demo: createDemoModel, echo: createEchoModel } satisfies Record<string, () => LanguageModel>;
const HASH_DIMENSIONS = 1024;
const CONTEXT_WINDOW = 128_000;

const MODELS: ModelInfo[] = [
  { id: "demo", ownedBy: "rejoinder", created: 0, kind: "language", contextWindow: CONTEXT_WINDOW },
  { id: "echo", ownedBy: "rejoinder", created: 0, kind: "language", contextWindow: CONTEXT_WINDOW },
  { id: `hash-${HASH_DIMENSIONS}`, ownedBy: "rejoinder", created: 0, kind: "embedding" },
];

function isLanguageModel(id: string): id is keyof typeof LANGUAGE_MODELS {
  return Object.hasOwn(LANGUAGE_MODELS, id);
}

function unknownModel(connection: Connection, id: string): AppError {
  const known = MODELS.map((model) => `${connection.name}/${model.id}`).join(", ");
  return new AppError("model_not_found", `The model '${connection.name}/${id}' does not exist. Known: ${known}.`, {
    param: "model",
  });
}

/** The provider that needs no key and no network: `demo`, `echo` and the lexical `hash-1024`. Deterministic. */
export function createBuiltinProvider(connection: Connection): Provider {
  return {
    languageModel(id) {
      if (!isLanguageModel(id)) throw unknownModel(connection, id);
      return LANGUAGE_MODELS[id]();
    },
    embeddingModel(id) {
      if (id !== `hash-${HASH_DIMENSIONS}`) throw unknownModel(connection, id);
      return createHashEmbedding(HASH_DIMENSIONS);
    },
    listModels: async () => MODELS,
  };
}
