import { bareModelName } from "#server/services/tokens/tokenizer-of";

/** One page of a PDF is text and an image of it. Source: Google's and Anthropic's guides to PDFs. */
const PAGE_TOKENS = { gemini: 258, others: 2_000 };
const BYTES_PER_PAGE = 50_000;
/** Bytes of other binary documents that make one token of text, about: most is packed. */
const BYTES_PER_TOKEN = 6;
const PAGE_OBJECT = /\/Type\s*\/Page(?![a-zA-Z])/g;

export interface FileContent {
  /** base64. */
  data: string;
  mediaType: string;
}

/** The text of a file that is nothing but text; null for any other. */
export function plainTextOf({ data, mediaType }: FileContent): string | null {
  const isText = mediaType.startsWith("text/") || /^application\/(json|xml|yaml|x-ndjson|typescript)/.test(mediaType);
  return isText ? Buffer.from(data, "base64").toString("utf8") : null;
}

/** About how many tokens a model takes a file for that is more than plain text. */
export function fileTokens(modelId: string, { data, mediaType }: FileContent): number {
  const bytes = Math.floor((data.length * 3) / 4);
  if (mediaType !== "application/pdf") return Math.ceil(bytes / BYTES_PER_TOKEN);
  const perPage = bareModelName(modelId).startsWith("gemini") ? PAGE_TOKENS.gemini : PAGE_TOKENS.others;
  return pagesOf(data, bytes) * perPage;
}

/** Pages of a PDF, as far as they stand in it uncompressed; else by its size. */
function pagesOf(data: string, bytes: number): number {
  const found = Buffer.from(data, "base64").toString("latin1").match(PAGE_OBJECT)?.length ?? 0;
  return found > 0 ? found : Math.max(1, Math.ceil(bytes / BYTES_PER_PAGE));
}

/** Bytes of a second of speech, and the tokens it is taken for. Source: Google's guide "Audio understanding". */
const AUDIO_BYTES_PER_SECOND = { wav: 32_000, mp3: 16_000 };
const AUDIO_TOKENS_PER_SECOND = 32;

/** About how many tokens a model takes a recording for. */
export function audioTokens({ data, format }: { data: string; format: "wav" | "mp3" }): number {
  return Math.ceil(((data.length * 3) / 4 / AUDIO_BYTES_PER_SECOND[format]) * AUDIO_TOKENS_PER_SECOND);
}
