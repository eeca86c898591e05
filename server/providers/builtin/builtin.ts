import { AppError } from "#server/errors";
import { createDemoModel } from "#server/providers/builtin/demo";
import { createEchoModel } from "#server/providers/builtin/echo";
import { createHashEmbedding } from "#server/providers/builtin/hash-embedding";
import { createPlaceholderModel } from "#server/providers/builtin/placeholder-image";
import type { Connection, LanguageModel, ModelInfo, Provider } from "#server/providers/provider";

const LANGUAGE_MODELS = { demo: createDemoModel, echo: createEchoModel } satisfies Record<string, () => LanguageModel>;
const HASH_DIMENSIONS = 1024;
/** Draws. In no list of models, since all that are listed there speak or embed. */
const PLACEHOLDER = "placeholder";
const CONTEXT_WINDOW = 128_000;

const LANGUAGE = {
  ownedBy: "rejoinder",
  created: 0,
  kind: "language",
  contextWindow: CONTEXT_WINDOW,
  modalities: { input: ["text"], output: ["text"] },
} as const;

/** The models of the builtin provider. */
export const BUILTIN_MODELS: ModelInfo[] = [
  {
    id: "demo",
    ...LANGUAGE,
    description: "Fixed rules on this server, no language model: quotes, fills schemas, calls.",
  },
  { id: "echo", ...LANGUAGE, description: "Says the last message back, word for word. No language model." },
  {
    id: `hash-${HASH_DIMENSIONS}`,
    ownedBy: "rejoinder",
    created: 0,
    kind: "embedding",
    modalities: { input: ["text"], output: ["embedding"] },
    description: "Lexical: hashes words on this server and compares no meanings.",
  },
];

function isLanguageModel(id: string): id is keyof typeof LANGUAGE_MODELS {
  return Object.hasOwn(LANGUAGE_MODELS, id);
}

function unknownModel(connection: Connection, id: string): AppError {
  const known = BUILTIN_MODELS.map((model) => `${connection.name}/${model.id}`).join(", ");
  return new AppError("model_not_found", `The model '${connection.name}/${id}' does not exist. Known: ${known}.`, {
    param: "model",
  });
}

function noModeration(connection: Connection, id: string): AppError {
  const message = `Unsupported parameter: 'moderation'. The model '${connection.name}/${id}' moderates nothing. Leave it out.`;
  return new AppError("unsupported_parameter", message, { param: "moderation" });
}

function tooManyDimensions(asked: number): AppError {
  const message = `Invalid 'dimensions': expected a value <= ${HASH_DIMENSIONS} for this model, but got ${asked} instead.`;
  return new AppError("integer_above_max_value", message, { param: "dimensions" });
}

/** The provider that needs no key and no network: `demo`, `echo`, the lexical `hash-1024` and
 * `placeholder`. Deterministic. */
export function createBuiltinProvider(connection: Connection): Provider {
  return {
    languageModel(id) {
      if (!isLanguageModel(id)) throw unknownModel(connection, id);
      return {
        ...LANGUAGE_MODELS[id](),
        refusal: async ({ passed }) => (passed?.moderation ? noModeration(connection, id) : null),
      };
    },
    embeddingModel(id, options = {}) {
      if (id !== `hash-${HASH_DIMENSIONS}`) throw unknownModel(connection, id);
      const dimensions = options.reduceTo ?? HASH_DIMENSIONS;
      if (dimensions > HASH_DIMENSIONS) throw tooManyDimensions(dimensions);
      return createHashEmbedding(dimensions);
    },
    ownImageModel: PLACEHOLDER,
    imageModel(id) {
      if (id !== PLACEHOLDER) throw unknownModel(connection, id);
      return createPlaceholderModel();
    },
    listModels: async () => BUILTIN_MODELS,
  };
}
