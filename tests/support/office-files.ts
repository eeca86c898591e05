import { makeZip, type ZipEntry } from "#tests/support/zip";

const RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

function relations(entries: readonly { id: string; type: string; target: string }[]): string {
  const items = entries.map(
    ({ id, type, target }) => `<Relationship Id="${id}" Type="${RELATIONSHIPS}/${type}" Target="${target}"/>`,
  );
  return `<Relationships>${items.join("")}</Relationships>`;
}

export interface Slide {
  title?: string;
  /** The XML of its other shapes. */
  shapes?: string;
  notes?: string;
}

/** A PowerPoint presentation. The slides are stored in one order and shown in the other. */
export function makePptx(slides: readonly Slide[], more: ZipEntry[] = []): Uint8Array {
  const entries: ZipEntry[] = [{ name: "[Content_Types].xml", content: "<Types/>" }, ...more];
  for (const [index, slide] of slides.entries()) {
    const name = `slide${slides.length - index}`;
    const title = slide.title === undefined ? "" : slideText(slide.title, "title");
    const tree = `<p:sld><p:cSld><p:spTree>${slide.shapes ?? ""}${title}</p:spTree></p:cSld></p:sld>`;
    entries.push({ name: `ppt/slides/${name}.xml`, content: tree });
    if (slide.notes === undefined) continue;
    const target = `../notesSlides/notes${index}.xml`;
    const notes = `<p:notes>${slideText("7", "sldNum")}${slideText(slide.notes, "body")}</p:notes>`;
    entries.push(
      { name: `ppt/slides/_rels/${name}.xml.rels`, content: relations([{ id: "r1", type: "notesSlide", target }]) },
      { name: `ppt/notesSlides/notes${index}.xml`, content: notes },
    );
  }
  const ids = slides.map((_, index) => `<p:sldId id="${256 + index}" r:id="r${index}"/>`).join("");
  const links = slides.map((_, index) => {
    return { id: `r${index}`, type: "slide", target: `slides/slide${slides.length - index}.xml` };
  });
  entries.push(
    { name: "ppt/presentation.xml", content: `<p:presentation><p:sldIdLst>${ids}</p:sldIdLst></p:presentation>` },
    { name: "ppt/_rels/presentation.xml.rels", content: relations(links) },
  );
  return makeZip(entries);
}

/** A slide's text box, a paragraph a line. */
export function slideText(text: string, role?: string): string {
  const placeholder = role === undefined ? "" : `<p:nvPr><p:ph type="${role}"/></p:nvPr>`;
  const paragraphs = text.split("\n").map((line) => `<a:p><a:r><a:t>${line}</a:t></a:r></a:p>`);
  return `<p:sp><p:nvSpPr>${placeholder}</p:nvSpPr><p:txBody>${paragraphs.join("")}</p:txBody></p:sp>`;
}

/** A slide's table. */
export function slideTable(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => `<a:tc><a:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></a:txBody></a:tc>`;
  const lines = rows.map((row) => `<a:tr>${row.map(cell).join("")}</a:tr>`);
  return `<p:graphicFrame><a:graphic><a:tbl>${lines.join("")}</a:tbl></a:graphic></p:graphicFrame>`;
}

/** An OpenDocument file of a kind, whose `office:body` is the given XML. */
export function makeOdf(kind: "text" | "presentation" | "spreadsheet", body: string): Uint8Array {
  const names = ["office", "text", "table", "draw", "presentation", "svg"].map(
    (prefix) => `xmlns:${prefix}="urn:oasis:names:tc:opendocument:xmlns:${prefix}:1.0"`,
  );
  return makeZip([
    { name: "mimetype", content: `application/vnd.oasis.opendocument.${kind}` },
    { name: "META-INF/manifest.xml", content: "<manifest:manifest/>" },
    {
      name: "content.xml",
      content: `<?xml version="1.0"?><office:document-content ${names.join(" ")}><office:body>${body}</office:body></office:document-content>`,
    },
  ]);
}

export interface Chapter {
  file: string;
  html: string;
  /** What the table of contents calls it. */
  label?: string;
}

/** An EPUB book; `spine` orders the chapters by their files. */
export function makeEpub(chapters: readonly Chapter[], spine: readonly string[], more: ZipEntry[] = []): Uint8Array {
  const items = chapters.map(
    ({ file }) => `<item id="${file}" href="text/${file}" media-type="application/xhtml+xml"/>`,
  );
  const refs = spine.map((file) => `<itemref idref="${file}"/>`);
  const points = chapters.map(({ file, label }) => `<li><a href="text/${file}#top">${label ?? ""}</a></li>`);
  return makeZip([
    { name: "mimetype", content: "application/epub+zip" },
    {
      name: "META-INF/container.xml",
      content: '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
    },
    {
      name: "OEBPS/book.opf",
      content: `<package><manifest>${items.join("")}<item id="toc" href="toc.xhtml" properties="nav"/></manifest><spine><itemref idref="toc"/>${refs.join("")}</spine></package>`,
    },
    { name: "OEBPS/toc.xhtml", content: `<html><body><nav><ol>${points.join("")}</ol></nav></body></html>` },
    ...chapters.map(({ file, html }) => ({
      name: `OEBPS/text/${file.replaceAll("../", "")}`,
      content: `<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title>The Book</title></head><body>${html}</body></html>`,
    })),
    ...more,
  ]);
}
