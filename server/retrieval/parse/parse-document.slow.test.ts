import { PDFDocument } from "pdf-lib";
import { describe, expect, it } from "vitest";
import { parseDocument } from "#server/retrieval/parse/parse-document";
import { makePdf, pdfOfLines } from "#tests/support/pdf";
import { docxParagraph, makeDocx, makeZip } from "#tests/support/zip";

const parse = (content: string | Uint8Array, filename: string) =>
  parseDocument(typeof content === "string" ? new TextEncoder().encode(content) : content, filename);

const zip = (left: string[], right: string[]) => left.map((line, index) => [line, right[index] ?? null]);

const titles = (headings: { level: number; title: string }[]) =>
  headings.map(({ level, title }) => `${level} ${title}`);

function utf32(text: string): Buffer {
  const points = [...text].map((letter) => letter.codePointAt(0) ?? 0);
  return Buffer.from(Uint32Array.from(points).buffer);
}

describe("parseDocument: text", () => {
  const french = "Le cœur déçu mais l'âme plutôt naïve – Louÿs rêva.";

  it.each([
    ["UTF-8", Buffer.from(french)],
    ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${french}`)],
    ["UTF-16 LE with a byte order mark", Buffer.from(`\ufeff${french}`, "utf16le")],
    ["UTF-16 LE without", Buffer.from(french, "utf16le")],
    ["UTF-16 BE", Buffer.from(`\ufeff${french}`, "utf16le").swap16()],
    ["Windows-1252", Buffer.from(french.replace("œ", "\u009c").replace("–", "\u0096"), "latin1")],
    ["UTF-32 LE", utf32(`\ufeff${french}`)],
    ["UTF-32 BE", utf32(`\ufeff${french}`).swap32()],
    ["UTF-32 LE without", utf32(french)],
  ])("reads %s", async (_name, bytes) => {
    expect(await parse(bytes, "a.txt")).toEqual({ kind: "text", text: french, pages: [], headings: [] });
  });

  it("keeps one form: LF, no control characters, no spaces at line ends, whole surrogate pairs", async () => {
    const { text } = await parse(`one  \r\ntwo\u0000\u0007\rthree\u2028four\fcafe\u0301 ${"x".repeat(200)}`, "a.txt");
    expect(text).toBe(`one\ntwo\nthree\nfour\ncafé ${"x".repeat(200)}`);
    expect(text.isWellFormed()).toBe(true);
  });

  it("tells source code by its name and keeps its indentation", async () => {
    const code = "def f():\n    return 1\n\n\n\ndef g():\n\treturn 2\n";
    expect(await parse(code, "a.py")).toMatchObject({ kind: "code", text: code });
  });

  it("is not fooled by a name or by words that look like a signature", async () => {
    expect(await parse("no PDF at all", "a.pdf")).toMatchObject({ kind: "text" });
    expect(await parse("The moov atom holds the index.", "a.txt")).toMatchObject({ kind: "text" });
    expect(await parse("How to write %PDF- files", "a.txt")).toMatchObject({ kind: "text" });
    expect(
      await parse(
        await makePdf([{ heading: "H", paragraphs: ["A sentence that is long enough to be text."] }]),
        "a.txt",
      ),
    ).toMatchObject({ kind: "pdf" });
  });
});

describe("parseDocument: Markdown", () => {
  it("finds headings of both kinds, outside code and front matter", async () => {
    const text = [
      "---",
      "title: x",
      "---",
      "# One *two*",
      "",
      "text",
      "```sh",
      "# not a heading",
      "```",
      "Second",
      "======",
      "",
      "- item",
      "---",
      "",
      "### [Link](http://x) ###",
    ].join("\n");
    const { headings, kind } = await parse(text, "a.md");
    expect(kind).toBe("markdown");
    expect(titles(headings)).toEqual(["1 One two", "1 Second", "3 Link"]);
    for (const heading of headings) expect(text.slice(heading.start)).toMatch(/^(# One|Second|### \[Link)/);
  });
});

describe("parseDocument: HTML", () => {
  const page = `<!doctype html><html><head><title>The page</title><style>p{}</style></head><body>
    <nav>Home Products</nav><script>alert("stolen")</script>
    <main><h1>Main thing</h1><p>First   paragraph<br>with a break. ${"It goes on. ".repeat(30)}</p>
    <ul><li>One</li><li>Two<ul><li>Nested</li></ul></li></ul>
    <table><tr><th>Name</th><th>Age</th></tr><tr><td>Ada</td><td>36</td></tr></table>
    <pre>  code\n    stays</pre><h2>Part <em>two</em></h2><p>End.</p></main>
    <footer>Imprint</footer></body></html>`;

  it("reads the main content with its structure and nothing else", async () => {
    const { text, headings, kind } = await parse(page, "a.html");
    expect(kind).toBe("html");
    expect(text).toContain("# Main thing\n\nFirst paragraph with a break. It goes on.");
    expect(text).toContain("- One\n- Two\n  - Nested");
    expect(text).toContain("Name | Age\nAda | 36");
    expect(text).toContain("code\n    stays");
    expect(text).toContain("## Part two\n\nEnd.");
    expect(text).not.toMatch(/stolen|Home|Imprint|p\{/);
    expect(titles(headings)).toEqual(["1 Main thing", "2 Part two"]);
    for (const { level, title, start } of headings) {
      expect(text.slice(start, start + level + 1 + title.length)).toBe(`${"#".repeat(level)} ${title}`);
    }
  });

  it("reads the body when there is no main part, and puts the title first when there is no h1", async () => {
    const { text } = await parse("<html><head><title>Note</title></head><body><p>Short.</p></body></html>", "x.txt");
    expect(text).toBe("# Note\n\nShort.");
  });

  it("follows the declared encoding", async () => {
    const bytes = Buffer.from(
      '<html><head><meta charset="windows-1252"></head><body>na\u00efve</body></html>',
      "latin1",
    );
    expect((await parse(bytes, "a.html")).text).toBe("naïve");
  });

  it("reads what is nested as deeply as no page is, and refuses what is deeper", async () => {
    const nested = (depth: number) => `${"<div>".repeat(depth)}found${"</div>".repeat(depth)}`;
    expect(await parse(nested(900), "a.html")).toMatchObject({ text: "found" });
    await expect(parse(nested(8_000), "a.html")).rejects.toMatchObject({ reason: "corrupt" });
  });
});

describe("parseDocument: PDF", () => {
  it("reads pages in order, joins lines, keeps exact page spans and finds headings by size", async () => {
    const sentence =
      "The quick brown fox jumps over the lazy dog while the band plays on and on in the old town hall tonight.";
    const { text, pages, headings, kind } = await parse(
      await makePdf([
        { heading: "First heading", paragraphs: [sentence, "Another paragraph stands here by itself."] },
        { heading: "Second heading", paragraphs: ["This one is on page two, and nowhere else."] },
      ]),
      "x.pdf",
    );
    expect(kind).toBe("pdf");
    expect(pages.map((page) => page.page)).toEqual([1, 2]);
    const [first, second] = pages.map((page) => text.slice(page.start, page.end));
    expect(first).toBe(`First heading\n\n${sentence}\n\nAnother paragraph stands here by itself.`);
    expect(second).toBe("Second heading\n\nThis one is on page two, and nowhere else.");
    expect(titles(headings)).toEqual(["1 First heading", "1 Second heading"]);
    for (const heading of headings) expect(text.slice(heading.start)).toMatch(new RegExp(`^${heading.title}`));
  });

  it("says so when there is no text layer", async () => {
    const document = await PDFDocument.create();
    document.addPage().drawRectangle({ x: 10, y: 10, width: 100, height: 100 });
    document.addPage();
    await expect(parse(await document.save(), "scan.pdf")).rejects.toMatchObject({
      reason: "no_text_layer",
      message: expect.stringContaining("2 pages"),
    });
  });

  it("marks the pages of another that hold none", async () => {
    const page = { heading: "Report", paragraphs: ["A sentence that is long enough to be text, and then some more."] };
    const document = await PDFDocument.load(await makePdf([page, page]));
    document.insertPage(1);
    const { text, pages } = await parse(await document.save(), "a.pdf");
    expect(pages.map(({ page: number, textless }) => [number, textless])).toEqual([
      [1, undefined],
      [2, true],
      [3, undefined],
    ]);
    expect(text.slice(pages[2]?.start, pages[2]?.end)).toBe(`Report\n\n${page.paragraphs[0]}`);
  });

  it("reads columns one after the other, in whichever order they are stored, and tables by their rows", async () => {
    const column = (name: string) =>
      Array.from({ length: 12 }, (_, index) => `${name} line ${index} of a column of running text here`);
    const byRow = await pdfOfLines([
      ["A heading goes across the whole page, over both columns"],
      ...zip(column("Left"), column("Right")),
    ]);
    const byColumn = await pdfOfLines([
      ...column("Left").map((line) => [line]),
      ...column("Right").map((line) => [null, line]),
    ]);
    for (const bytes of [byRow, byColumn]) {
      const { text } = await parse(bytes, "a.pdf");
      const lines = [...text.matchAll(/(Left|Right) line (\d+)/g)].map(([line]) => line);
      expect(lines).toEqual([...column("Left"), ...column("Right")].map((line) => line.split(" of")[0]));
    }
    const table = await pdfOfLines(
      Array.from({ length: 12 }, (_, index) => [`Town ${index}`, `${index * 1000} people`]),
    );
    expect((await parse(table, "t.pdf")).text).toContain("Town 3 | 3000 people\nTown 4 | 4000 people");
  });

  it("refuses what is damaged", async () => {
    const whole = await makePdf([{ heading: "H", paragraphs: ["Some text."] }]);
    await expect(parse(whole.slice(0, 100), "half.pdf")).rejects.toMatchObject({ reason: "corrupt" });
  });
});

describe("parseDocument: Word", () => {
  it("reads headings and paragraphs", async () => {
    const body =
      docxParagraph("Report", 1) + docxParagraph("All is well.") + docxParagraph("Details", 2) + docxParagraph("None.");
    const { text, headings, kind } = await parse(makeDocx(body), "report.docx");
    expect(kind).toBe("docx");
    expect(text).toBe("# Report\n\nAll is well.\n\n## Details\n\nNone.");
    expect(titles(headings)).toEqual(["1 Report", "2 Details"]);
  });

  it("refuses bombs whatever sizes their directory claims", async () => {
    const paragraphs = docxParagraph("x").repeat(300_000);
    await expect(parse(makeDocx(paragraphs), "bomb.docx")).rejects.toMatchObject({ reason: "expands_too_much" });
    await expect(parse(makeDocx(paragraphs, { claimedSize: 1000 }), "liar.docx")).rejects.toMatchObject({
      reason: expect.stringMatching(/expands_too_much|corrupt/),
    });
    const many = Array.from({ length: 5001 }, (_, index) => ({ name: `${index}`, content: "" }));
    await expect(parse(makeZip(many), "many.docx")).rejects.toMatchObject({ reason: "expands_too_much" });
  });

  it("refuses document type declarations, passwords, damage and other archives", async () => {
    const prolog = '<!DOCTYPE x [<!ENTITY a "aaaa">]>';
    await expect(parse(makeDocx(docxParagraph("&a;"), { prolog }), "xxe.docx")).rejects.toMatchObject({
      reason: "unsupported",
    });
    const locked = makeZip([{ name: "word/document.xml", content: "x", encrypted: true }]);
    await expect(parse(locked, "locked.docx")).rejects.toMatchObject({ reason: "encrypted" });
    const whole = makeDocx(docxParagraph("text"));
    await expect(parse(whole.slice(0, whole.length - 40), "cut.docx")).rejects.toMatchObject({ reason: "corrupt" });
    const archive = makeZip([{ name: "photos/1.png", content: "x" }]);
    await expect(parse(archive, "a.docx")).rejects.toMatchObject({
      reason: "unsupported",
      message: "The file is a zip archive, which cannot be read as a document. Upload the files in it.",
    });
  });
});

describe("parseDocument: refusals", () => {
  it.each([
    ["nothing", new Uint8Array(), "empty"],
    ["white space", Buffer.from(" \n\t "), "empty"],
    ["a picture", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), "unsupported"],
    ["unknown bytes", Buffer.from([0, 1, 2, 3, 0, 200, 201, 0]), "unsupported"],
  ])("refuses %s", async (_name, bytes, reason) => {
    await expect(parse(bytes, "a.txt")).rejects.toMatchObject({ name: "DocumentRefused", reason });
  });
});
