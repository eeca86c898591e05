/** Bumped when a parser's output changes, so that texts read by an older one are read again. */
export const PARSER_VERSION = 3;

export const DOCUMENT_KINDS = [
  "pdf",
  "docx",
  "doc",
  "odt",
  "rtf",
  "pptx",
  "odp",
  "xlsx",
  "xls",
  "ods",
  "csv",
  "html",
  "epub",
  "email",
  "markdown",
  "latex",
  "json",
  "code",
  "text",
] as const;

export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** Half-open span of one page in the text, in UTF-16 units. Pages count from 1. */
export interface PageSpan {
  page: number;
  start: number;
  end: number;
  /** The page holds nothing that can be read as text: it is empty or an image. */
  textless?: true;
}

export interface Heading {
  /** 1 is outermost. */
  level: number;
  title: string;
  /** Where the heading's line begins in the text. */
  start: number;
}

/** A file's text as it is kept, once, for every store: well-formed UTF-16, LF, no NUL. */
export interface ParsedDocument {
  kind: DocumentKind;
  text: string;
  /** Empty where the format has no pages. */
  pages: PageSpan[];
  /** In order of `start`. */
  headings: Heading[];
}

/** What a parser makes of a file; the kind is known before. */
export type ParsedText = Omit<ParsedDocument, "kind">;

/** Why a file cannot be read, for ever. */
export type RefusalReason =
  | "encrypted"
  | "corrupt"
  | "empty"
  | "no_text_layer"
  | "unsupported"
  | "too_large"
  | "expands_too_much"
  | "out_of_memory"
  | "timed_out";

/** A file that can never be read, with a sentence its owner understands. Thrown inside the parse worker. */
export class DocumentRefused extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DocumentRefused";
    this.reason = reason;
  }
}

/** The refusal of a file that is locked, the same words for every format. */
export function passwordRefusal(what: string): DocumentRefused {
  return new DocumentRefused(
    "encrypted",
    `${what} is protected by a password. Remove the password and upload it again.`,
  );
}

/** The refusal of a format that no parser here reads; `advice` is a sentence. */
export function unsupportedFormat(what: string, advice = ""): DocumentRefused {
  const message = `The file is ${what}, which cannot be read as a document. ${advice}`.trimEnd();
  return new DocumentRefused("unsupported", message);
}

/** True for a {@link DocumentRefused} of either module graph. */
export function isDocumentRefused(error: unknown): error is DocumentRefused {
  return error instanceof Error && error.name === "DocumentRefused" && "reason" in error;
}
