import { createRequire } from "node:module";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { LRUCache } from "lru-cache";
import type { LocalAnswer, LocalQuestion, LocalWorkerData } from "#server/providers/local/run-model";

/** Of transformers.js what is used here; it is installed apart, so its own types are not at hand. */
interface Transformers {
  env: {
    allowRemoteModels: boolean;
    localModelPath: string;
    useFSCache: boolean;
    useWasmCache: boolean;
    logLevel: number;
    fetch(): Promise<never>;
  };
  LogLevel: { ERROR: number };
  pipeline(
    task: "feature-extraction",
    model: string,
    options: { dtype: string; device: "cpu"; local_files_only: true; session_options: { intraOpNumThreads: number } },
  ): Promise<Extractor>;
}

interface Extractor {
  (
    texts: string[],
    options: { pooling: string; normalize: true },
  ): Promise<{ dims: readonly number[]; data: Float32Array<ArrayBuffer> }>;
  tokenizer(
    texts: string[],
    options: { padding: false; truncation: true; return_tensor: false },
  ): { input_ids: readonly (readonly number[])[] };
  dispose(): Promise<unknown>;
}

const { runtime, models, threads, loaded }: LocalWorkerData = workerData;
const transformers: Transformers = createRequire(join(runtime, "package.json"))("@huggingface/transformers");
Object.assign(transformers.env, {
  allowRemoteModels: false,
  // A model is named by its folder.
  localModelPath: "",
  useFSCache: false,
  useWasmCache: false,
  logLevel: transformers.LogLevel.ERROR,
  // What has not been fetched and checked before is not fetched here.
  fetch: () => Promise.reject(new Error("Models are not fetched from here.")),
});

/** One question is answered at a time, so what has been pushed out is not in use. */
const extractors = new LRUCache<string, Promise<Extractor>>({
  max: loaded,
  dispose: (extractor) => void extractor.then((it) => it.dispose()).catch(() => {}),
});

function load({ path, dtype }: LocalQuestion["model"]): Promise<Extractor> {
  const known = extractors.get(path);
  if (known) return known;
  const loading = transformers.pipeline("feature-extraction", join(models, path), {
    ...{ dtype, device: "cpu", local_files_only: true },
    session_options: { intraOpNumThreads: threads },
  });
  extractors.set(path, loading);
  loading.catch(() => extractors.delete(path));
  return loading;
}

async function answer({ model, texts }: LocalQuestion): Promise<LocalAnswer> {
  const extractor = await load(model);
  const options = { padding: false, truncation: true, return_tensor: false } as const;
  const tokens = extractor.tokenizer(texts, options).input_ids.reduce((sum, ids) => sum + ids.length, 0);
  const { dims, data } = await extractor(texts, { pooling: model.pooling, normalize: true });
  // A text of which the model knows nothing has no direction: dividing by its length gives no numbers.
  return { vectors: data.map((value) => (Number.isFinite(value) ? value : 0)), dimensions: dims.at(-1) ?? 0, tokens };
}

parentPort?.on("message", (question: LocalQuestion) => {
  answer(question).then(
    (result) => parentPort?.postMessage(result, "vectors" in result ? [result.vectors.buffer] : []),
    (error: unknown) => {
      const failure: LocalAnswer = { error: error instanceof Error ? error.message : String(error) };
      parentPort?.postMessage(failure);
    },
  );
});
