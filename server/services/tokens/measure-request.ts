import type { VendorTool } from "#server/protocol/vendor-tools";
import type { ModelContent, ModelInput, ModelTextFormat, ModelTool } from "#server/providers/provider";
import { audioTokens } from "#server/services/tokens/audio-tokens";
import { countTexts } from "#server/services/tokens/count-texts";
import { imageTokens, sizeOfImage } from "#server/services/tokens/image-tokens";
import { tokenizerOf } from "#server/services/tokens/tokenizer-of";

/** Around every message, and before the answer. Source: OpenAI's cookbook, "How to count tokens with tiktoken". */
const PER_ITEM = 4;
const PER_REQUEST = 3;
/** Around a tool's description, about. */
const PER_TOOL = 8;
/** Without a tokenizer: bytes of a token, about. */
const BYTES_PER_TOKEN = 4;
/** More text than this is estimated: no window holds it, and counting takes seconds a megabyte. */
const MAX_COUNTED_BYTES = 4_000_000;

/** A request as a model reads it, each item of the conversation by itself. */
export interface MeasuredRequest {
  modelId: string;
  instructions: string | null;
  tools: readonly ModelTool[];
  /** Tools that the vendor runs itself. */
  vendorTools: readonly VendorTool[];
  format: ModelTextFormat;
  items: readonly ModelInput[][];
}

export interface TokenCount {
  total: number;
  /** Of each item, in order; the rest is instructions, tools and format. */
  items: number[];
  /** True when anything in it is more than a count by the model's own tokenizer. */
  estimated: boolean;
}

export interface Measurement {
  /** True when the request cannot have more tokens: none is shorter than a byte. False says nothing. */
  certainlyFits(tokens: number): boolean;
  /** Counts, off the main thread. */
  count(): Promise<TokenCount>;
}

interface Part {
  texts: string[];
  /** Tokens that are no text. */
  fixed: number;
}

/** Collects what a request consists of. */
class Scale {
  readonly #modelId: string;
  estimated = false;

  constructor(modelId: string) {
    this.#modelId = modelId;
  }

  /** What is not of the conversation. */
  frame({ instructions, tools, vendorTools, format }: MeasuredRequest): Part {
    const part: Part = { texts: [], fixed: PER_REQUEST };
    if (instructions !== null) {
      part.texts.push(instructions);
      part.fixed += PER_ITEM;
    }
    // How vendors write tools and schemas out is not published.
    for (const { name, description, parameters } of tools) {
      part.texts.push(name, description ?? "", JSON.stringify(parameters));
      part.fixed += PER_TOOL;
      this.estimated = true;
    }
    for (const tool of vendorTools) {
      part.texts.push(JSON.stringify(tool));
      this.estimated = true;
    }
    if (format.type === "json_schema") {
      part.texts.push(format.name, format.description ?? "", JSON.stringify(format.schema));
      this.estimated = true;
    }
    return part;
  }

  item(inputs: readonly ModelInput[]): Part {
    const part: Part = { texts: [], fixed: 0 };
    for (const input of inputs) {
      part.fixed += PER_ITEM;
      switch (input.type) {
        case "message":
          this.#content(part, input.content);
          break;
        case "reasoning":
          part.texts.push(input.text, ...input.summary);
          break;
        case "tool_call":
          part.texts.push(input.name, input.input ?? input.arguments);
          break;
        case "vendor_item":
          part.texts.push(JSON.stringify(input.item));
          this.estimated = true;
          break;
        case "tool_result":
          this.#content(part, input.output);
          break;
      }
    }
    return part;
  }

  #content(part: Part, content: readonly ModelContent[]): void {
    for (const piece of content) {
      if (piece.type === "text") {
        part.texts.push(piece.text);
        continue;
      }
      this.estimated = true;
      part.fixed +=
        piece.type === "audio" ? audioTokens(piece) : imageTokens(this.#modelId, sizeOfImage(piece.url), piece.detail);
    }
  }
}

function unitsOf({ texts }: Part): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

function bytesOf({ texts }: Part): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

async function countParts(parts: readonly Part[], modelId: string): Promise<{ counts: number[]; exact: boolean }> {
  const tokenizer = tokenizerOf(modelId);
  const bytes = parts.reduce((sum, part) => sum + bytesOf(part), 0);
  const texts = parts.flatMap((part) => part.texts);
  const found = bytes <= MAX_COUNTED_BYTES ? await countTexts(tokenizer.encoding, texts) : null;
  let next = 0;
  const counts = parts.map((part) => {
    const ofTexts = found?.slice(next, next + part.texts.length) ?? [Math.ceil(bytesOf(part) / BYTES_PER_TOKEN)];
    next += part.texts.length;
    return ofTexts.reduce((sum, count) => sum + count, part.fixed);
  });
  return { counts, exact: found !== null && tokenizer.isOwn };
}

/** Measures a request: at once whether it certainly fits, and exactly when asked. */
export function measureRequest(request: MeasuredRequest): Measurement {
  const scale = new Scale(request.modelId);
  const parts = [scale.frame(request), ...request.items.map((inputs) => scale.item(inputs))];
  const fixed = parts.reduce((sum, part) => sum + part.fixed, 0);
  return {
    certainlyFits(tokens) {
      // The lengths tell enough of nearly every request: a UTF-16 unit has three bytes at most.
      const units = parts.reduce((sum, part) => sum + unitsOf(part), fixed);
      return 3 * units <= tokens || parts.reduce((sum, part) => sum + bytesOf(part), fixed) <= tokens;
    },
    async count() {
      const { counts, exact } = await countParts(parts, request.modelId);
      const [, ...items] = counts;
      return {
        total: counts.reduce((sum, count) => sum + count, 0),
        items,
        estimated: scale.estimated || !exact,
      };
    },
  };
}
