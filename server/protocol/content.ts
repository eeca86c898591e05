import { z } from "zod";

/** Longest text of one content part, in UTF-16 units (Open Responses 2026-04-24). */
export const MAX_TEXT_LENGTH = 10_485_760;
export const MAX_IMAGE_URL_LENGTH = 20_971_520;
export const MAX_FILE_DATA_LENGTH = 33_554_432;

const text = z.string().max(MAX_TEXT_LENGTH);

/** The end of a prefix that a provider's cache is to keep. */
export const CacheBreakpoint = z.object({ mode: z.literal("explicit") });
export type CacheBreakpoint = z.infer<typeof CacheBreakpoint>;
/** The field of a part that may be one. */
export const breakpoint = { prompt_cache_breakpoint: CacheBreakpoint.nullish() };

/** The field as it is kept: present where the part is such an end. */
export function markOf({
  prompt_cache_breakpoint: mark,
}: {
  prompt_cache_breakpoint?: CacheBreakpoint | null | undefined;
}): { prompt_cache_breakpoint?: CacheBreakpoint } {
  return mark == null ? {} : { prompt_cache_breakpoint: mark };
}

const InputText = z.object({ type: z.literal("input_text"), text, ...breakpoint }).meta({ id: "InputText" });
const InputImage = z
  .object({
    type: z.literal("input_image"),
    image_url: z.string().max(MAX_IMAGE_URL_LENGTH).nullish(),
    file_id: z.string().nullish(),
    detail: z.enum(["low", "high", "auto", "original"]).nullish(),
    ...breakpoint,
  })
  .meta({ id: "InputImage" });
const InputFile = z
  .object({
    type: z.literal("input_file"),
    file_id: z.string().nullish(),
    filename: z.string().nullish(),
    file_data: z.string().max(MAX_FILE_DATA_LENGTH).nullish(),
    file_url: z.string().nullish(),
    detail: z.enum(["low", "high", "auto"]).nullish(),
    ...breakpoint,
  })
  .meta({ id: "InputFile" });
const InputAudio = z
  .object({
    type: z.literal("input_audio"),
    input_audio: z.object({ data: z.string().min(1).max(MAX_FILE_DATA_LENGTH), format: z.enum(["wav", "mp3"]) }),
  })
  .meta({ id: "InputAudio" });
const InputVideo = z.object({ type: z.literal("input_video"), video_url: z.string() }).meta({ id: "InputVideo" });

const UrlCitationSchema = z.object({
  type: z.literal("url_citation"),
  url: z.string(),
  title: z.string(),
  start_index: z.int().min(0),
  end_index: z.int().min(0),
});
const FileCitationSchema = z.object({
  type: z.literal("file_citation"),
  file_id: z.string(),
  filename: z.string().default(""),
  index: z.int().min(0),
  chunk_id: z.string().optional(),
  page: z.int().nullish(),
  char_start: z.int().optional(),
  char_end: z.int().optional(),
  quote: z.string().optional(),
});
const ContainerFileCitationSchema = z.object({
  type: z.literal("container_file_citation"),
  container_id: z.string(),
  file_id: z.string(),
  filename: z.string().default(""),
  start_index: z.int().min(0),
  end_index: z.int().min(0),
});
const FilePathSchema = z.object({ type: z.literal("file_path"), file_id: z.string(), index: z.int().min(0) });
/** An annotation of a text, as a request or a vendor gives it. */
export const AnnotationInput = z.discriminatedUnion("type", [
  UrlCitationSchema,
  FileCitationSchema,
  ContainerFileCitationSchema,
  FilePathSchema,
]);
const OutputText = z
  .object({ type: z.literal("output_text"), text, annotations: z.array(AnnotationInput).nullish() })
  .meta({ id: "OutputTextInput" });
const Refusal = z.object({ type: z.literal("refusal"), refusal: text }).meta({ id: "RefusalInput" });
const PlainText = z.object({ type: z.literal("text"), text }).meta({ id: "PlainTextInput" });

/** A part that a caller gives a model to read. */
export const InputContentInput = z.discriminatedUnion("type", [InputText, InputImage, InputFile]);
/** A part of a message in a request. Every role takes every part: clients send what they were given. */
export const MessageContentInput = z.discriminatedUnion("type", [
  InputText,
  InputImage,
  InputFile,
  InputAudio,
  OutputText,
  Refusal,
  PlainText,
]);
/** A part of a function's output in a request. */
export const FunctionOutputContentInput = z.discriminatedUnion("type", [
  InputText,
  InputImage,
  InputFile,
  InputVideo,
  PlainText,
]);
export const SummaryTextInput = z.object({ type: z.literal("summary_text"), text });
export const ReasoningTextInput = z.object({ type: z.literal("reasoning_text"), text });

export type MessageContentInput = z.infer<typeof MessageContentInput>;
export type FunctionOutputContentInput = z.infer<typeof FunctionOutputContentInput>;

/** Where an answer quotes a stored file. `index` is the UTF-16 offset in the part's text where the citation stands. */
export interface FileCitation {
  type: "file_citation";
  file_id: string;
  filename: string;
  index: number;
  /** Ours, of files searched here: the passage, its page, and the quoted sentence with its span in the file's text. */
  chunk_id?: string | undefined;
  page?: number | null | undefined;
  char_start?: number | undefined;
  char_end?: number | undefined;
  quote?: string | undefined;
}

/** Where an answer quotes a page. The indexes are UTF-16 offsets of the cited span in the part's text. */
export interface UrlCitation {
  type: "url_citation";
  url: string;
  title: string;
  start_index: number;
  end_index: number;
}

/** Where an answer names a file that a vendor's code interpreter wrote. The indexes are as in {@link UrlCitation}. */
export interface ContainerFileCitation {
  type: "container_file_citation";
  container_id: string;
  file_id: string;
  filename: string;
  start_index: number;
  end_index: number;
}

/** Where an answer names the path of a file. */
export interface FilePath {
  type: "file_path";
  file_id: string;
  index: number;
}

export type Annotation = FileCitation | UrlCitation | ContainerFileCitation | FilePath;

export interface TopLogprob {
  token: string;
  logprob: number;
  bytes: number[];
}

export interface Logprob extends TopLogprob {
  top_logprobs: TopLogprob[];
}

export interface InputTextPart {
  type: "input_text";
  text: string;
  prompt_cache_breakpoint?: CacheBreakpoint;
}
export interface InputImagePart {
  type: "input_image";
  image_url: string | null;
  detail: "low" | "high" | "auto" | "original";
  file_id?: string;
  prompt_cache_breakpoint?: CacheBreakpoint;
}
export interface InputFilePart {
  type: "input_file";
  file_id?: string;
  filename?: string;
  /** base64, or a data URL. */
  file_data?: string;
  file_url?: string;
  /** How finely its pages are shown. */
  detail?: "low" | "high" | "auto";
  prompt_cache_breakpoint?: CacheBreakpoint;
}
/** `data` is base64. */
export interface InputAudioPart {
  type: "input_audio";
  input_audio: { data: string; format: "wav" | "mp3" };
}
export interface InputVideoPart {
  type: "input_video";
  video_url: string;
}
export interface OutputTextPart {
  type: "output_text";
  text: string;
  annotations: Annotation[];
  logprobs: Logprob[];
}
export interface RefusalPart {
  type: "refusal";
  refusal: string;
}
export interface ReasoningTextPart {
  type: "reasoning_text";
  text: string;
}
export interface SummaryTextPart {
  type: "summary_text";
  text: string;
}

export type MessagePart =
  | InputTextPart
  | InputImagePart
  | InputFilePart
  | InputAudioPart
  | OutputTextPart
  | RefusalPart;
export type FunctionOutputPart = InputTextPart | InputImagePart | InputFilePart | InputVideoPart;

/** The part in its full form: defaults filled, nulls gone. */
export function normalizeMessagePart(part: MessageContentInput): MessagePart {
  if (part.type === "output_text") {
    return { type: "output_text", text: part.text, annotations: part.annotations ?? [], logprobs: [] };
  }
  if (part.type === "refusal") return { type: "refusal", refusal: part.refusal };
  if (part.type === "input_audio") return part;
  return normalizeInputPart(part);
}

/** The part of a function's output in its full form: defaults filled, nulls gone. */
export function normalizeFunctionOutputPart(part: FunctionOutputContentInput): FunctionOutputPart {
  return part.type === "input_video" ? { type: "input_video", video_url: part.video_url } : normalizeInputPart(part);
}

/** The part in its full form: defaults filled, nulls gone. */
export function normalizeInputPart(
  part: z.infer<typeof InputText | typeof InputImage | typeof InputFile | typeof PlainText>,
): InputTextPart | InputImagePart | InputFilePart {
  const marked = markOf("prompt_cache_breakpoint" in part ? part : {});
  if (part.type === "input_image") {
    return {
      type: "input_image",
      image_url: part.image_url ?? null,
      detail: part.detail ?? "auto",
      ...(part.file_id == null ? {} : { file_id: part.file_id }),
      ...marked,
    };
  }
  if (part.type === "input_file") {
    return {
      type: "input_file",
      ...(part.file_id == null ? {} : { file_id: part.file_id }),
      ...(part.filename == null ? {} : { filename: part.filename }),
      ...(part.file_data == null ? {} : { file_data: part.file_data }),
      ...(part.file_url == null ? {} : { file_url: part.file_url }),
      ...(part.detail == null ? {} : { detail: part.detail }),
      ...marked,
    };
  }
  return { type: "input_text", text: part.text, ...marked };
}
