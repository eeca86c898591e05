import { z } from "zod";
import { MAX_TEXT_LENGTH } from "#server/protocol/content";
import { RequestProblem } from "#server/protocol/problem";
import { validate } from "#server/protocol/validate";

/** Inputs of one request, at most (OpenAI's limit). */
const MAX_INPUTS = 2048;
const MAX_TOKENS = 8192;
const MAX_DIMENSIONS = 16_384;

const token = z.int().min(0);
const text = z.string().min(1).max(MAX_TEXT_LENGTH);

/** The body of `POST /v1/embeddings`. Unknown fields are let through. */
export const CreateEmbeddingsBody = z
  .looseObject({
    model: z.string().min(1),
    input: z.union([
      text,
      z
        .array(z.union([text, token, z.array(token).min(1).max(MAX_TOKENS)]))
        .min(1)
        .max(MAX_TOKENS),
    ]),
    encoding_format: z.enum(["float", "base64"]).nullish(),
    dimensions: z.int().min(1).max(MAX_DIMENSIONS).nullish(),
    user: z.string().nullish(),
  })
  .meta({ id: "CreateEmbeddingsBody" });

/** What `POST /v1/embeddings` answers, for the API's own description. */
export const EmbeddingsSchema = z
  .object({
    object: z.literal("list"),
    data: z.array(
      z.object({
        object: z.literal("embedding"),
        index: z.int(),
        embedding: z.union([z.array(z.number()), z.string().describe("base64 of little-endian 32-bit floats")]),
      }),
    ),
    model: z.string(),
    usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
  })
  .meta({ id: "Embeddings" });

/** What is to be embedded: texts, or texts as tokens of the model's own encoding. */
export type EmbeddingInput = { type: "texts"; texts: string[] } | { type: "tokens"; tokens: number[][] };

export interface EmbeddingsRequest {
  model: string;
  input: EmbeddingInput;
  format: "float" | "base64";
  /** null: the model's own. */
  dimensions: number | null;
  user: string | null;
}

function readInput(input: z.infer<typeof CreateEmbeddingsBody>["input"]): EmbeddingInput {
  if (typeof input === "string") return { type: "texts", texts: [input] };
  const texts = input.filter((entry) => typeof entry === "string");
  const tokens = input.filter((entry) => typeof entry === "number");
  const lists = input.filter((entry) => Array.isArray(entry));
  if (tokens.length === input.length) return { type: "tokens", tokens: [tokens] };
  if (texts.length < input.length && lists.length < input.length) {
    const message = "Invalid 'input': expected strings only, tokens only, or arrays of tokens only.";
    throw new RequestProblem("invalid_value", message, { param: "input" });
  }
  if (input.length > MAX_INPUTS) {
    const message = `Invalid 'input': array too long. Expected an array with maximum length ${MAX_INPUTS}, but got an array with length ${input.length} instead.`;
    throw new RequestProblem("array_above_max_length", message, { param: "input" });
  }
  return texts.length > 0 ? { type: "texts", texts } : { type: "tokens", tokens: lists };
}

/**
 * Reads the body of `POST /v1/embeddings`.
 * Throws RequestProblem (an AppError to the rest of the server) naming the path at fault and what is allowed there.
 */
export function parseCreateEmbeddings(raw: unknown): EmbeddingsRequest {
  const body = validate(CreateEmbeddingsBody, raw);
  return {
    model: body.model,
    input: readInput(body.input),
    format: body.encoding_format ?? "float",
    dimensions: body.dimensions ?? null,
    user: body.user ?? null,
  };
}
