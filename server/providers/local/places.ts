import { existsSync } from "node:fs";
import { join } from "node:path";
import { config } from "#server/config";

/** Where models are kept, `<owner>/<name>/<revision>`. */
export function modelsFolder(): string {
  return join(config().dataDir, "local-models", "models");
}

/** Where transformers.js is installed: LOCAL_MODELS_RUNTIME, else a folder in DATA_DIR. */
export function runtimeFolder(): string {
  return config().LOCAL_MODELS_RUNTIME ?? join(config().dataDir, "local-models", "runtime");
}

/** True when `npm run install-local-models` has been run for this DATA_DIR. */
export function isRuntimeInstalled(): boolean {
  return existsSync(join(runtimeFolder(), "node_modules", "@huggingface", "transformers", "package.json"));
}
