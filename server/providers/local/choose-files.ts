import { config } from "#server/config";
import type { HubFile } from "#server/providers/local/hub";

/** What of a repository is needed to run its model. */
export interface ChosenFiles {
  files: HubFile[];
  /** Of the weights, in transformers.js' word. */
  dtype: "q8" | "fp32";
}

const NEEDED = ["config.json", "tokenizer.json", "tokenizer_config.json"];
/** How the vectors of words become one, where sentence-transformers made the model. */
export const POOLING_FILE = "1_Pooling/config.json";

/** Where transformers.js looks for weights of a precision. */
const WEIGHTS = { q8: "onnx/model_quantized.onnx", fp32: "onnx/model.onnx" } as const;

/** The files to fetch, or in a sentence's end why the model cannot be run. Weights too large for one file have more beside it. */
export function chooseFiles(all: readonly HubFile[]): ChosenFiles | string {
  const missing = NEEDED.filter((path) => !all.some((file) => file.path === path));
  if (missing.length > 0) return `its repository lacks ${missing.join(" and ")}.`;
  const order = config().LOCAL_MODELS_PRECISION === "q8" ? (["q8", "fp32"] as const) : (["fp32", "q8"] as const);
  const dtype = order.find((precision) => all.some((file) => file.path === WEIGHTS[precision]));
  if (dtype === undefined) return `its repository has no weights in ONNX (${Object.values(WEIGHTS).join(" or ")}).`;
  const files = all.filter(
    ({ path }) =>
      NEEDED.includes(path) ||
      path === POOLING_FILE ||
      path === WEIGHTS[dtype] ||
      path.startsWith(`${WEIGHTS[dtype]}_data`),
  );
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const most = config().LOCAL_MODELS_MAX_BYTES;
  return bytes > most ? `it is ${bytes} bytes long; LOCAL_MODELS_MAX_BYTES is ${most}.` : { files, dtype };
}
