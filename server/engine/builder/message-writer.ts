import type { Citables, Sources } from "#server/engine/builder/citables";
import { CitationScanner, type Segment } from "#server/engine/builder/citation-scanner";
import type { EventSink } from "#server/engine/builder/event-sink";
import type { ItemWriter } from "#server/engine/builder/item-writer";
import { quotedSentence } from "#server/engine/builder/quoted-sentence";
import { newId } from "#server/ids";
import type {
  Annotation,
  FileCitation,
  Logprob,
  MessagePart,
  OutputTextPart,
  RefusalPart,
} from "#server/protocol/content";
import type { ResponseEvent } from "#server/protocol/events";
import type { ItemStatus, MessageItem, MessagePhase } from "#server/protocol/items";
import { unfoldItem } from "#server/protocol/unfold";
import type { ModelInput } from "#server/providers/provider";
import type { CitablePage, CitablePassage } from "#server/tools/tool";

const NO_LOGPROBS: Logprob[] = [];
/** Of a text, the newest ones that a citation's statement is looked for in. */
const MAX_PIECES = 200;

interface OpenText {
  pieces: string[];
  /** UTF-16 units said so far. */
  length: number;
  annotations: Annotation[];
  logprobs: Logprob[];
  /** Logprobs of text that is still held back. */
  waiting: Logprob[];
}

function textPart({ pieces, annotations, logprobs }: OpenText): OutputTextPart {
  return { type: "output_text", text: pieces.join(""), annotations, logprobs };
}

/** A citation of the sentence that what was said last was taken from. */
function citationOf(source: CitablePassage, { pieces, length }: OpenText): FileCitation {
  const { start, end } = quotedSentence(source.text, pieces.slice(-MAX_PIECES).join(""));
  const [charStart, charEnd] = [source.charStart + start, source.charStart + end];
  return {
    type: "file_citation",
    file_id: source.fileId,
    filename: source.filename,
    index: length,
    chunk_id: chunkAt(source, charStart),
    page: source.page,
    char_start: charStart,
    char_end: charEnd,
    quote: source.text.slice(start, end),
  };
}

/** A link to a page in Markdown, named by its host. */
function linkTo(url: string): string {
  const host = URL.parse(url)?.hostname.replace(/^www\./, "") ?? url;
  return `([${host}](${url.replaceAll("(", "%28").replaceAll(")", "%29")}))`;
}

/** The chunk of the passage that a place of the file's text is in. */
function chunkAt({ parts, chunkId }: CitablePassage, place: number): string {
  return parts?.findLast((part) => part.charStart <= place)?.chunkId ?? chunkId;
}

/** Writes an assistant message: text parts with their citations, refusal parts. */
export class MessageWriter implements ItemWriter {
  readonly outputIndex: number;
  readonly #id = newId("message");
  readonly #sink: EventSink;
  readonly #scanner: CitationScanner | null;
  readonly #citables: Citables;
  readonly #sources: Sources;
  readonly #phase: { phase?: MessagePhase };
  readonly #parts: MessagePart[] = [];
  #text: OpenText | null = null;
  #refusal: string[] | null = null;

  constructor(sink: EventSink, outputIndex: number, { citables, phase }: { citables: Citables; phase?: MessagePhase }) {
    const { sources } = citables;
    this.#sink = sink;
    this.outputIndex = outputIndex;
    this.#citables = citables;
    this.#sources = sources;
    this.#phase = phase === undefined ? {} : { phase };
    this.#scanner = sources === null ? null : new CitationScanner();
    const item = this.#item("in_progress", []);
    sink.push({ type: "response.output_item.added", output_index: outputIndex, item });
  }

  /** Begins the next part, also when nothing will be said in it. */
  part(type: "output_text" | "refusal"): void {
    this.#closeText();
    this.#closeRefusal();
    if (type === "output_text") this.#openText();
    else this.#openRefusal();
  }

  /** An annotation that the vendor made, about what has been said of the open text. */
  annotate(annotation: Annotation): void {
    this.#annotate(this.#text ?? this.#openText(), annotation);
  }

  text(delta: string, logprobs: Logprob[] = NO_LOGPROBS): void {
    const open = this.#text ?? this.#openText();
    if (!this.#scanner) {
      this.#say(open, delta, logprobs);
      return;
    }
    open.waiting.push(...logprobs);
    this.#write(open, this.#scanner.push(delta));
  }

  refusal(delta: string): void {
    this.#closeText();
    (this.#refusal ?? this.#openRefusal()).push(delta);
    this.#sink.push({ type: "response.refusal.delta", ...this.#place(), delta });
  }

  close(status: ItemStatus): MessageItem {
    this.#closeText();
    this.#closeRefusal();
    const item = this.#item(status, this.#parts);
    this.#sink.push({ type: "response.output_item.done", output_index: this.outputIndex, item });
    return item;
  }

  replay(): ResponseEvent[] {
    const open = this.#openPart();
    const events: ResponseEvent[] = [];
    events.push({
      type: "response.output_item.added",
      output_index: this.outputIndex,
      item: this.#item("in_progress", []),
    });
    unfoldItem(this.#item("in_progress", open ? [...this.#parts, open] : this.#parts), this.outputIndex, events);
    // The last two close the open part: its text and the part itself.
    return open ? events.slice(0, -2) : events;
  }

  transcript(): ModelInput {
    return {
      type: "message",
      role: "assistant",
      ...this.#phase,
      content: this.#parts.flatMap((part) => {
        if (part.type === "output_text") return [{ type: "text" as const, text: part.text }];
        return part.type === "refusal" ? [{ type: "text" as const, text: part.refusal }] : [];
      }),
    };
  }

  #item(status: ItemStatus, content: MessagePart[]): MessageItem {
    return { type: "message", id: this.#id, status, role: "assistant", content, ...this.#phase };
  }

  /** The part that is being written, as far as it has come. */
  #openPart(): OutputTextPart | RefusalPart | null {
    if (this.#refusal) return { type: "refusal", refusal: this.#refusal.join("") };
    return this.#text ? textPart(this.#text) : null;
  }

  #place() {
    return { item_id: this.#id, output_index: this.outputIndex, content_index: this.#parts.length };
  }

  #openText(): OpenText {
    this.#closeRefusal();
    const open: OpenText = { pieces: [], length: 0, annotations: [], logprobs: [], waiting: [] };
    this.#text = open;
    this.#sink.push({
      type: "response.content_part.added",
      ...this.#place(),
      part: { type: "output_text", text: "", annotations: [], logprobs: [] },
    });
    return open;
  }

  #openRefusal(): string[] {
    const open: string[] = [];
    this.#refusal = open;
    const part: RefusalPart = { type: "refusal", refusal: "" };
    this.#sink.push({ type: "response.content_part.added", ...this.#place(), part });
    return open;
  }

  #say(open: OpenText, delta: string, logprobs: Logprob[]): void {
    open.pieces.push(delta);
    open.length += delta.length;
    if (logprobs.length > 0) open.logprobs.push(...logprobs);
    this.#sink.push({
      type: "response.output_text.delta",
      item_id: this.#id,
      output_index: this.outputIndex,
      content_index: this.#parts.length,
      delta,
      logprobs,
    });
  }

  #write(open: OpenText, segments: readonly Segment[]): void {
    for (const segment of segments) {
      if (segment.type === "marker") this.#cite(open, segment.marker);
      else {
        const logprobs = open.waiting;
        open.waiting = [];
        this.#say(open, segment.text, logprobs);
      }
    }
  }

  /** A marker that no source was given is left out without a word. */
  #cite(open: OpenText, marker: string): void {
    const source = this.#sources?.get(marker);
    if (!source) return;
    if ("url" in source) this.#citePage(open, source);
    else this.#citePassage(open, source);
  }

  /** As OpenAI does: the marker's place is taken by a link, which the citation spans. */
  #citePage(open: OpenText, { url, title }: CitablePage): void {
    const last = open.annotations.at(-1);
    if (last?.type === "url_citation" && last.url === url && last.end_index === open.length) return;
    const before = open.pieces.at(-1)?.at(-1) ?? "\n";
    this.#say(open, `${/\s/.test(before) ? "" : " "}${linkTo(url)}`, NO_LOGPROBS);
    const start_index = open.length - linkTo(url).length;
    this.#annotate(open, { type: "url_citation", url, title, start_index, end_index: open.length });
  }

  #citePassage(open: OpenText, source: CitablePassage): void {
    const chunks = source.parts?.map((part) => part.chunkId) ?? [source.chunkId];
    const isSame = (known: Annotation) =>
      known.type === "file_citation" &&
      known.index === open.length &&
      chunks.some((chunkId) => chunkId === known.chunk_id);
    if (!open.annotations.some(isSame)) this.#annotate(open, citationOf(source, open));
  }

  #annotate(open: OpenText, annotation: Annotation): void {
    this.#sink.push({
      type: "response.output_text.annotation.added",
      ...this.#place(),
      annotation_index: open.annotations.length,
      annotation,
    });
    open.annotations.push(annotation);
  }

  #closeText(): void {
    const open = this.#text;
    if (!open) return;
    if (this.#scanner) this.#write(open, this.#scanner.flush());
    for (const citation of this.#citables.linksIn(open.pieces)) this.#annotate(open, citation);
    this.#text = null;
    const place = this.#place();
    const part = textPart(open);
    this.#sink.push({ type: "response.output_text.done", ...place, text: part.text, logprobs: part.logprobs });
    this.#sink.push({ type: "response.content_part.done", ...place, part });
    this.#parts.push(part);
  }

  #closeRefusal(): void {
    const open = this.#refusal;
    if (!open) return;
    this.#refusal = null;
    const place = this.#place();
    const part: RefusalPart = { type: "refusal", refusal: open.join("") };
    this.#sink.push({ type: "response.refusal.done", ...place, refusal: part.refusal });
    this.#sink.push({ type: "response.content_part.done", ...place, part });
    this.#parts.push(part);
  }
}
