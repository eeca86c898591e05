import type { ParsedText } from "#server/retrieval/parse/document";
import { normaliseInline } from "#server/retrieval/parse/normalise";
import { readXml, type XmlReader } from "#server/retrieval/parse/read-xml";
import { partName, ZipParts } from "#server/retrieval/parse/read-zip";
import { TableWriter } from "#server/retrieval/parse/table-writer";
import { TextBuilder } from "#server/retrieval/parse/text-builder";

const PRESENTATION = "ppt/presentation.xml";

/** Reads a PowerPoint presentation whose zip has been checked: every slide a page, its title a heading, notes last. */
export async function parsePptx(bytes: Uint8Array): Promise<ParsedText> {
  const parts = await ZipParts.open(bytes);
  const builder = new TextBuilder();
  let number = 0;
  for (const slide of await slideNames(parts)) {
    const xml = await parts.text(slide);
    if (xml === null) continue;
    const start = builder.length;
    writeSlide(builder, new SlideReader(xml));
    const notes = await notesOf(parts, slide);
    if (notes !== "") builder.block(`Notes: ${notes}`);
    builder.page(++number, start);
  }
  return builder.result();
}

interface Relation {
  type: string;
  target: string;
}

/** The slides in the order in which they are shown. */
async function slideNames(parts: ZipParts): Promise<string[]> {
  const relations = await relationsOf(parts, PRESENTATION);
  const names: string[] = [];
  readXml(await parts.required(PRESENTATION), {
    open: (name, attributes) => {
      const target = name === "p:sldId" ? relations.get(attributes["r:id"] ?? "")?.target : undefined;
      if (target !== undefined) names.push(target);
    },
    close: () => {},
  });
  return names;
}

async function relationsOf(parts: ZipParts, part: string): Promise<Map<string, Relation>> {
  const relations = new Map<string, Relation>();
  const xml = await parts.text(part.replace(/([^/]+)$/, "_rels/$1.rels"));
  readXml(xml ?? "", {
    open: (name, { Id: id, Type: type = "", Target: target, TargetMode: mode }) => {
      if (name !== "Relationship" || id === undefined || target === undefined || mode === "External") return;
      relations.set(id, { type, target: partName(part, target) });
    },
    close: () => {},
  });
  return relations;
}

async function notesOf(parts: ZipParts, slide: string): Promise<string> {
  const relations = [...(await relationsOf(parts, slide)).values()];
  const notes = relations.find(({ type }) => type.endsWith("/notesSlide"));
  const xml = notes === undefined ? null : await parts.text(notes.target);
  if (xml === null) return "";
  const { shapes } = new SlideReader(xml);
  return shapes.flatMap((shape) => (shape.role === "body" ? shape.paragraphs : [])).join("\n");
}

function writeSlide(builder: TextBuilder, { shapes }: SlideReader): void {
  const title = shapes.find((shape) => /^(ctrT|t)itle$/.test(shape.role) && shape.paragraphs.length > 0);
  if (title !== undefined) builder.heading({ level: 1, title: title.paragraphs.join(" ") });
  for (const shape of shapes) {
    if (shape === title || /^(sldNum|dt|ftr|hdr)$/.test(shape.role)) continue;
    builder.block(shape.paragraphs.join("\n"));
    const table = new TableWriter(builder);
    for (const row of shape.rows) table.add(row);
    table.end();
  }
}

/** A text box or table of a slide. */
interface Shape {
  /** What its placeholder is for: `title`, `body`, `sldNum`; empty for a free one. */
  role: string;
  paragraphs: string[];
  rows: string[][];
}

/** Collects a slide's text boxes and tables in the order in which they are stored. */
class SlideReader implements XmlReader {
  readonly shapes: Shape[] = [];
  #shape: Shape = { role: "", paragraphs: [], rows: [] };
  #row: string[] | null = null;
  #cell: string[] | null = null;
  #paragraph = "";
  #inText = false;
  /** Inside what older programs show instead of what was read already. */
  #fallbacks = 0;

  constructor(xml: string) {
    readXml(xml, this);
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === "mc:Fallback") this.#fallbacks++;
    if (this.#fallbacks > 0) return;
    if (name === "p:sp" || name === "p:graphicFrame") {
      this.#shape = { role: "", paragraphs: [], rows: [] };
      this.shapes.push(this.#shape);
    } else if (name === "p:ph") this.#shape.role = attributes.type ?? "body";
    else if (name === "a:tr") this.#row = [];
    else if (name === "a:tc") this.#cell = [];
    else if (name === "a:p") this.#paragraph = "";
    else if (name === "a:t") this.#inText = true;
    else if (name === "a:br" || name === "a:tab") this.#paragraph += " ";
  }

  text(text: string): void {
    if (this.#inText && this.#fallbacks === 0) this.#paragraph += text;
  }

  close(name: string): void {
    if (name === "mc:Fallback") this.#fallbacks--;
    else if (this.#fallbacks > 0) return;
    else if (name === "a:t") this.#inText = false;
    else if (name === "a:p") this.#endParagraph();
    else if (name === "a:tc") {
      this.#row?.push((this.#cell ?? []).join(" "));
      this.#cell = null;
    } else if (name === "a:tr") {
      this.#shape.rows.push(this.#row ?? []);
      this.#row = null;
    }
  }

  #endParagraph(): void {
    const text = normaliseInline(this.#paragraph);
    if (text !== "") (this.#cell ?? this.#shape.paragraphs).push(text);
    this.#paragraph = "";
  }
}
