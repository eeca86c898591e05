import { modelToEncodingMap } from "gpt-tokenizer/mapping";
import { AppError } from "#server/errors";

type Decode = (tokens: number[]) => string;

/** Loaded when first asked for: each table is tens of megabytes. */
const ENCODINGS: Partial<Record<string, () => Promise<{ decode: Decode }>>> = {
  cl100k_base: () => import("gpt-tokenizer/encoding/cl100k_base"),
  o200k_base: () => import("gpt-tokenizer/encoding/o200k_base"),
};
const YIELD_EVERY = 16;

async function openDecoder(modelId: string): Promise<Decode> {
  const encodings: Partial<Record<string, string>> = modelToEncodingMap;
  const name = modelId.slice(modelId.lastIndexOf("/") + 1);
  const load = ENCODINGS[encodings[name] ?? ""];
  if (load) return (await load()).decode;
  const message = `Invalid 'input': the token encoding of the model '${modelId}' is not known here. Send strings instead.`;
  throw new AppError("invalid_value", message, { param: "input" });
}

/**
 * The texts that arrays of tokens stand for, by the encoding of the vendor's model.
 * @throws AppError invalid_value for a model whose encoding is not known, and for tokens that it does not have
 */
export async function decodeTokens(modelId: string, tokens: readonly number[][]): Promise<string[]> {
  const decode = await openDecoder(modelId);
  const texts: string[] = [];
  for (const [index, list] of tokens.entries()) {
    if (index % YIELD_EVERY === YIELD_EVERY - 1) await new Promise(setImmediate);
    const text = decodeList(decode, list);
    if (text === null) {
      const param = tokens.length === 1 ? "input" : `input[${index}]`;
      throw new AppError("invalid_value", `Invalid '${param}': it holds tokens that the model does not have.`, {
        param,
      });
    }
    texts.push(text);
  }
  return texts;
}

function decodeList(decode: Decode, tokens: number[]): string | null {
  try {
    return decode(tokens) || null;
  } catch {
    return null;
  }
}
