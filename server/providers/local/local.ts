import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { config } from "#server/config";
import { AppError } from "#server/errors";
import { findModel } from "#server/providers/local/find-model";
import { readManifest } from "#server/providers/local/manifest";
import { namedModels, nameOf, noSuchModel, parseModelName } from "#server/providers/local/model-name";
import { isRuntimeInstalled, modelsFolder } from "#server/providers/local/places";
import { runModel } from "#server/providers/local/run-model";
import type { EmbeddingModel, ModelInfo, Provider } from "#server/providers/provider";

/** How they are put on a server, in the words of an error and of the dashboard. */
const HOW_TO_INSTALL = "local models are not installed on this server. Its operator runs: npm run install-local-models";

function otherDimensions(name: string, has: number, asked: number): AppError {
  const message = `The model 'local/${name}' makes vectors of ${has} numbers, not ${asked}. Leave out 'dimensions'.`;
  return new AppError("unsupported_parameter", message, { param: "dimensions" });
}

/** Embeddings by a model of a hub, run on this server by transformers.js. `dimensions` is 0 until the first answer unless given. */
function createLocalEmbedding(
  name: string,
  { dimensions: known = 0, reduceTo }: { dimensions?: number; reduceTo?: number } = {},
): EmbeddingModel {
  const parsed = parseModelName(name);
  let dimensions = known;
  return {
    modelId: name,
    get dimensions() {
      return dimensions;
    },
    async embed(texts, { signal, kind, onUsage }) {
      if (!isRuntimeInstalled()) throw noSuchModel(name, HOW_TO_INSTALL);
      const model = await findModel(parsed, signal);
      const { vectors, tokens } = await runModel({ model, texts }, { kind, signal });
      const length = vectors[0]?.length ?? dimensions;
      if (dimensions === 0) dimensions = length;
      if (reduceTo !== undefined && reduceTo !== length) throw otherDimensions(name, length, reduceTo);
      onUsage?.(tokens);
      return vectors;
    },
  };
}

/** The models that have been fetched, by their name. */
async function fetchedModels(): Promise<Set<string>> {
  const folder = modelsFolder();
  const found = new Set<string>();
  const below = async (path: string) => readdir(join(folder, path)).catch(() => []);
  for (const owner of await below("")) {
    for (const model of await below(owner)) {
      for (const revision of await below(join(owner, model))) {
        if ((await readManifest(join(folder, owner, model, revision))) === null) continue;
        found.add(nameOf({ id: `${owner}/${model}`, revision }));
      }
    }
  }
  return found;
}

/** What can be asked for: what the operator names, and what has been fetched and still may be used. None before the installation. */
async function listModels(): Promise<ModelInfo[]> {
  if (!isRuntimeInstalled()) return [];
  const fetched = await fetchedModels();
  const usable = [...fetched].filter(isLetIn);
  return [...new Set([...namedModels(), ...usable])].map((id) => ({
    id,
    ownedBy: id.split("/")[0] ?? id,
    created: 0,
    kind: "embedding",
    modalities: { input: ["text"], output: ["embedding"] },
    description: fetched.has(id)
      ? "Runs on this server."
      : `Runs on this server; fetched from ${new URL(config().HF_ENDPOINT).host} at its first use.`,
  }));
}

function isLetIn(name: string): boolean {
  try {
    parseModelName(name);
    return true;
  } catch {
    return false;
  }
}

/** The provider of models that this server runs itself. They make embeddings and nothing else. */
export function createLocalProvider(): Provider {
  return {
    languageModel(id) {
      throw noSuchModel(id, "local models make embeddings, not answers.");
    },
    embeddingModel: createLocalEmbedding,
    listModels,
  };
}
