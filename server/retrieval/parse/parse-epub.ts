import { DocumentRefused, type ParsedText } from "#server/retrieval/parse/document";
import { normaliseInline } from "#server/retrieval/parse/normalise";
import { parseHtml } from "#server/retrieval/parse/parse-html";
import { readXml } from "#server/retrieval/parse/read-xml";
import { partName, ZipParts } from "#server/retrieval/parse/read-zip";
import { TextBuilder } from "#server/retrieval/parse/text-builder";

/** Reads an EPUB book whose zip has been checked, in the order of its spine; a chapter without a heading gets its own. */
export async function parseEpub(bytes: Uint8Array): Promise<ParsedText> {
  const parts = await ZipParts.open(bytes);
  const book = await readPackage(parts);
  await refuseProtected(parts, book.chapters);
  const titles = await readContents(parts, book.contents);
  const builder = new TextBuilder();
  for (const name of book.chapters) {
    const html = await parts.text(name);
    if (html === null) continue;
    // Its title is the book's, in every chapter.
    const chapter = parseHtml(html, { withTitle: false });
    const title = titles.get(name);
    if (chapter.headings.length === 0 && title !== undefined && chapter.text !== "") {
      builder.heading({ level: 1, title });
    }
    builder.document(chapter);
  }
  return builder.result();
}

interface Book {
  /** Parts of the spine, in order, without the table of contents. */
  chapters: string[];
  /** The table of contents, of EPUB 3 or 2. */
  contents: string[];
}

async function readPackage(parts: ZipParts): Promise<Book> {
  let path: string | undefined;
  readXml(await parts.required("META-INF/container.xml"), {
    open: (name, attributes) => {
      if (localName(name) === "rootfile") path ??= attributes["full-path"];
    },
    close: () => {},
  });
  if (path === undefined) throw new DocumentRefused("corrupt", "The EPUB book is damaged: it names no package.");
  const from = path;
  const items = new Map<string, string>();
  const spine: string[] = [];
  const contents: string[] = [];
  readXml(await parts.required(from), {
    open: (name, { id, href, properties = "", "media-type": type, idref }) => {
      if (localName(name) === "itemref" && idref !== undefined) spine.push(idref);
      if (localName(name) !== "item" || id === undefined || href === undefined) return;
      const part = partName(from, href);
      items.set(id, part);
      if (properties.split(/\s+/).includes("nav") || type === "application/x-dtbncx+xml") contents.push(part);
    },
    close: () => {},
  });
  const chapters = spine.map((id) => items.get(id) ?? "").filter((part) => part !== "" && !contents.includes(part));
  return { chapters: [...new Set(chapters)], contents };
}

/** Fonts may be obfuscated in a book that anybody can read; chapters may not. */
async function refuseProtected(parts: ZipParts, chapters: readonly string[]): Promise<void> {
  const xml = await parts.text("META-INF/encryption.xml");
  if (xml === null) return;
  readXml(xml, {
    open: (name, { URI: uri }) => {
      if (localName(name) !== "CipherReference" || uri === undefined || !chapters.includes(partName("", uri))) return;
      throw new DocumentRefused("encrypted", "The EPUB book is copy-protected, so its text cannot be read.");
    },
    close: () => {},
  });
}

/** What the table of contents calls each part: the first entry that points at it. */
async function readContents(parts: ZipParts, contents: readonly string[]): Promise<Map<string, string>> {
  const titles = new Map<string, string>();
  for (const from of contents) {
    let label = "";
    let target: string | undefined;
    const end = () => {
      const title = normaliseInline(label);
      if (target !== undefined && title !== "" && !titles.has(target)) titles.set(target, title);
    };
    readXml((await parts.text(from)) ?? "", {
      open: (name, { href, src }) => {
        if (["a", "navLabel"].includes(localName(name))) label = "";
        if (localName(name) === "a" && href !== undefined) target = partName(from, href);
        if (localName(name) !== "content" || src === undefined) return;
        target = partName(from, src);
        end();
      },
      text: (text) => {
        label += text;
      },
      close: (name) => {
        if (localName(name) === "a") end();
      },
    });
  }
  return titles;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
