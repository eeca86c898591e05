import { utils, write } from "@e965/xlsx";
import { describe, expect, it } from "vitest";
import { parseDocument } from "#server/retrieval/parse/parse-document";
import { makeEpub, makeOdf, makePptx, slideTable, slideText } from "#tests/support/office-files";
import { makeCompound, makeDoc } from "#tests/support/word-97";
import { makeZip } from "#tests/support/zip";

const parse = (content: string | Uint8Array, filename = "file") =>
  parseDocument(typeof content === "string" ? new TextEncoder().encode(content) : content, filename);

type Parsed = Awaited<ReturnType<typeof parse>>;
const titles = ({ headings }: Parsed) => headings.map(({ level, title }) => `${level} ${title}`);
const pageTexts = ({ text, pages }: Parsed) => pages.map(({ start, end }) => text.slice(start, end));

describe("PowerPoint", () => {
  it("is read slide by slide as it is shown, with tables and notes", async () => {
    const document = await parse(
      makePptx([
        { title: "Plan &amp; costs", shapes: slideText("First point\nSecond point") + slideText("1", "sldNum") },
        {
          shapes: slideTable([
            ["Town", "People"],
            ["Ulm", "many"],
          ]),
          notes: "Say this slowly.",
        },
        { title: "End" },
      ]),
    );
    expect(document.kind).toBe("pptx");
    expect(pageTexts(document)).toEqual([
      "# Plan & costs\n\nFirst point\nSecond point",
      "Town | People\nUlm | many\n\nNotes: Say this slowly.",
      "# End",
    ]);
    expect(titles(document)).toEqual(["1 Plan & costs", "1 End"]);
  });

  it("reads what is shown once where older programs get a copy, and says which slides hold nothing", async () => {
    const twice = `<mc:AlternateContent><mc:Choice>${slideText("New")}</mc:Choice><mc:Fallback>${slideText("Old")}</mc:Fallback></mc:AlternateContent>`;
    const document = await parse(makePptx([{ shapes: twice }, {}, { title: "Last" }]));
    expect(document.text).toBe("New\n\n# Last");
    expect(document.pages).toMatchObject([{ page: 1 }, { page: 2, textless: true }, { page: 3, start: 5 }]);
  });
});

describe("OpenDocument", () => {
  it("text: headings, lists, tables, notes, no comments and nothing deleted", async () => {
    const body = [
      "<office:text>",
      "<text:tracked-changes><text:p>Deleted</text:p></text:tracked-changes>",
      '<text:h text:outline-level="1">Report</text:h>',
      '<text:p>All<text:s text:c="3"/>is <text:span>well</text:span><text:note><text:note-citation>1</text:note-citation>',
      "<text:note-body><text:p>So they say.</text:p></text:note-body></text:note>.",
      "<office:annotation><text:p>Really?</text:p></office:annotation></text:p>",
      "<text:list><text:list-item><text:p>One</text:p></text:list-item><text:list-item><text:p>Two</text:p>",
      "<text:list><text:list-item><text:p>Nested</text:p></text:list-item></text:list></text:list-item></text:list>",
      "<table:table><table:table-row><table:table-cell><text:p>Town</text:p></table:table-cell>",
      "<table:table-cell><text:p>People</text:p></table:table-cell></table:table-row>",
      "<table:table-row><table:table-cell><text:p>Ulm</text:p></table:table-cell>",
      "<table:table-cell><text:p>many</text:p><text:p>more</text:p></table:table-cell></table:table-row></table:table>",
      '<text:h text:outline-level="2">End</text:h></office:text>',
    ].join("");
    const document = await parse(makeOdf("text", body));
    expect(document.kind).toBe("odt");
    expect(document.text).toBe(
      "# Report\n\nAll is well (So they say.).\n\n- One\n- Two\n  - Nested\n\nTown | People\nUlm | many more\n\n## End",
    );
    expect(titles(document)).toEqual(["1 Report", "2 End"]);
  });

  it("presentation: every slide a page", async () => {
    const slide = (title: string, text: string, notes: string) =>
      `<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>${title}</text:p></draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>${text}</text:p></draw:text-box></draw:frame><presentation:notes><draw:frame><draw:text-box><text:p>${notes}</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>`;
    const body = `<office:presentation>${slide("One", "Text.", "Aside.")}${slide("Two", "More.", "")}</office:presentation>`;
    const document = await parse(makeOdf("presentation", body));
    expect(document.kind).toBe("odp");
    expect(pageTexts(document)).toEqual(["# One\n\nText.\n\nNotes: Aside.", "# Two\n\nMore."]);
  });

  it("spreadsheet: sheets with their names, and no end of empty rows", async () => {
    const cell = (text: string, more = "") => `<table:table-cell ${more}><text:p>${text}</text:p></table:table-cell>`;
    const sheet = (name: string, rows: string[]) =>
      `<table:table table:name="${name}">${rows.map((row) => `<table:table-row>${row}</table:table-row>`).join("")}<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>`;
    const towns = sheet("Towns", [
      cell("Town") + cell("People") + cell("Note"),
      cell("Ulm") + cell("many", 'table:number-columns-repeated="2"'),
    ]);
    const body = `<office:spreadsheet>${towns}${sheet("More", [`<table:table-cell/>${cell("b")}`])}</office:spreadsheet>`;
    const document = await parse(makeOdf("spreadsheet", body));
    expect(document.kind).toBe("ods");
    expect(document.text).toBe("# Towns\n\nTown | People | Note\nUlm | many | many\n\n# More\n\n | b");
    const book = utils.book_new();
    utils.book_append_sheet(
      book,
      utils.aoa_to_sheet([
        ["Town", "People"],
        ["Ulm", 7],
      ]),
      "S",
    );
    const bytes: Uint8Array = write(book, { type: "buffer", bookType: "ods" });
    expect(await parse(bytes)).toMatchObject({ kind: "ods", text: "# S\n\nTown | People\nUlm | 7" });
  });

  it("under a password is refused, and so is one that breaks off", async () => {
    const locked = makeZip([
      { name: "mimetype", content: "application/vnd.oasis.opendocument.text" },
      { name: "META-INF/manifest.xml", content: "<manifest:manifest><manifest:encryption-data/></manifest:manifest>" },
      { name: "content.xml", content: Buffer.from("8f3a11", "hex") },
    ]);
    await expect(parse(locked)).rejects.toMatchObject({ reason: "encrypted" });
    const broken = makeZip([
      { name: "mimetype", content: "application/vnd.oasis.opendocument.text" },
      { name: "content.xml", content: "<office:document-content><office:body><text:p>Half" },
    ]);
    await expect(parse(broken)).rejects.toMatchObject({ reason: "corrupt" });
  });
});

describe("EPUB", () => {
  const chapters = [
    { file: "b.xhtml", html: "<h1>Second</h1><p>Two.</p>", label: "2" },
    { file: "a.xhtml", html: "<p>One.</p><h2>Inner</h2>", label: "1" },
    { file: "c.xhtml", html: "<p>Three.</p>", label: "Epilogue" },
  ];

  it("follows the spine, and names chapters without headings as the contents do", async () => {
    const document = await parse(makeEpub(chapters, ["a.xhtml", "b.xhtml", "c.xhtml"]));
    expect(document.kind).toBe("epub");
    expect(document.text).toBe("One.\n\n## Inner\n\n# Second\n\nTwo.\n\n# Epilogue\n\nThree.");
    for (const { title, start } of document.headings) {
      expect(document.text.slice(start)).toMatch(new RegExp(`^#+ ${title}\n|^#+ ${title}$`));
    }
  });

  it("is refused when a chapter is copy-protected, not when a font is", async () => {
    const protect = (uri: string) => [
      {
        name: "META-INF/encryption.xml",
        content: `<encryption><enc:EncryptedData><enc:CipherReference URI="${uri}"/></enc:EncryptedData></encryption>`,
      },
    ];
    await expect(parse(makeEpub(chapters, ["a.xhtml"], protect("OEBPS/text/a.xhtml")))).rejects.toMatchObject({
      reason: "encrypted",
    });
    expect(await parse(makeEpub(chapters, ["c.xhtml"], protect("OEBPS/fonts/a.otf")))).toMatchObject({ kind: "epub" });
  });
});

describe("binary Office files", () => {
  it("Word 97: paragraphs", async () => {
    const document = await parse(makeDoc("Größe zählt.\nZweiter Absatz – mit Strich.\n"), "a.docx");
    expect(document).toMatchObject({ kind: "doc", text: "Größe zählt.\n\nZweiter Absatz - mit Strich." });
  });

  it("Excel 97: sheets", async () => {
    const book = utils.book_new();
    utils.book_append_sheet(
      book,
      utils.aoa_to_sheet([
        ["Town", "People"],
        ["Ulm", "many"],
      ]),
      "Towns",
    );
    const bytes: Uint8Array = write(book, { type: "buffer", bookType: "biff8" });
    expect(await parse(bytes, "a.txt")).toMatchObject({ kind: "xls", text: "# Towns\n\nTown | People\nUlm | many" });
  });

  it("are refused under a password, broken, or of another program", async () => {
    const one = new Uint8Array(600);
    await expect(parse(makeDoc("secret", { encrypted: true }))).rejects.toMatchObject({ reason: "encrypted" });
    await expect(parse(makeCompound({ EncryptedPackage: one }))).rejects.toMatchObject({ reason: "encrypted" });
    await expect(parse(makeDoc("cut off").slice(0, 300))).rejects.toMatchObject({ reason: "corrupt" });
    await expect(parse(makeCompound({ WordDocument: one, "1Table": one }))).rejects.toMatchObject({
      reason: "corrupt",
    });
    await expect(parse(makeCompound({ "PowerPoint Document": one }))).rejects.toMatchObject({
      reason: "unsupported",
      message: expect.stringContaining("Save it as .pptx"),
    });
  });
});

describe("Rich Text", () => {
  it("is read with headings, tables, letters of every kind, and without pictures", async () => {
    const rtf = [
      "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Times;}}",
      "{\\stylesheet{\\s0 Normal;}{\\s1\\outlinelevel0 heading 1;}}{\\*\\generator Riched20 10.0;}",
      "{\\info{\\title Hidden}}\\pard\\s1 Report\\par\\pard Gr\\'f6\\'dfe, \\u8364\\'80 5 {\\b bold} and",
      "\n {\\f1\\'cf\\'f0\\'e8\\'e2\\'e5\\'f2}.\\line Next line\\par",
      "{\\pict\\pngblip 89504e470d0a}{\\pict\\bin4 }}}}}\\trowd\\pard\\intbl Town\\cell People\\cell\\row",
      "\\trowd\\pard\\intbl Ulm\\cell many\\cell\\row\\pard Literally \\{braces\\}.\\par}",
    ].join("");
    const document = await parse(rtf, "a.doc");
    expect(document.kind).toBe("rtf");
    expect(document.text).toBe(
      "# Report\n\nGröße, € 5 bold and Привет.\nNext line\n\nTown | People\nUlm | many\n\nLiterally {braces}.",
    );
    expect(titles(document)).toEqual(["1 Report"]);
  });
});

describe("e-mail", () => {
  const mail = (parts: string) =>
    [
      "Message-ID: <1@example.com>",
      "From: =?utf-8?q?J=C3=BCrgen?= <j@example.com>",
      "To: Ada <ada@example.com>, team@example.com",
      "Date: Mon, 2 Mar 2026 10:00:00 +0000",
      "Subject: The",
      " plan",
      "MIME-Version: 1.0",
      'Content-Type: multipart/mixed; boundary="x"',
      "",
      parts,
      "--x--",
    ].join("\r\n");

  it("is read with its headers, its text and its attachments, whatever it is called", async () => {
    const parts = [
      "--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>See the <b>table</b>.</p>",
      `--x\r\nContent-Type: application/octet-stream; name="towns.csv"\r\nContent-Disposition: attachment; filename="towns.csv"\r\nContent-Transfer-Encoding: base64\r\n\r\n${btoa("Town,People\nUlm,many")}`,
      `--x\r\nContent-Type: application/zip; name="a.zip"\r\nContent-Disposition: attachment; filename="a.zip"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(makeZip([{ name: "a", content: "b" }])).toString("base64")}`,
    ].join("\r\n");
    const document = await parse(mail(parts), "note.txt");
    expect(document.kind).toBe("email");
    expect(document.text).toBe(
      "# The plan\n\nFrom: Jürgen <j@example.com>\nTo: Ada <ada@example.com>, team@example.com\n" +
        "Date: 2026-03-02T10:00:00.000Z\n\nSee the table.\n\n# Attachment: towns.csv\n\nTown | People\nUlm | many\n\n" +
        "# Attachment: a.zip\n\n(Not read: The file is a zip archive, which cannot be read as a document. Upload the files in it.)",
    );
  });

  it("is told from notes that look like one", async () => {
    expect(await parse("From: me\nSubject: groceries\n\nMilk.", "a.txt")).toMatchObject({ kind: "text" });
  });
});

describe("LaTeX", () => {
  it("is read as what it prints", async () => {
    const source = String.raw`\documentclass{article}\usepackage[utf8]{inputenc}
\newcommand{\foo}[1]{nothing of this}
\title{On \emph{small} things}
\begin{document}\maketitle % a comment
\section{Introduction}\label{sec:intro}
It costs 5\,\% of \textbf{all}~things, as ${"``"}they''
said~\cite{knuth84} --- see Section~\ref{sec:intro}. Erd\H{o}s, \'etude, na\"{\i}ve.

Energy is $E = mc^2$.
\begin{equation}a^2 + b^2 = c^2\end{equation}
\begin{itemize}\item One \item Two\end{itemize}
\begin{table}\begin{tabular}{l|r}Town & People \\ \hline Ulm & many \\\end{tabular}\caption{The towns}\end{table}
\begin{verbatim}
x = {1}
\end{verbatim}
\subsection*{Last}\begin{tikzpicture}\draw (0,0);\end{tikzpicture}
Done.
\end{document} not this`;
    const document = await parse(source, "paper");
    expect(document.kind).toBe("latex");
    expect(titles(document)).toEqual(["1 On small things", "1 Introduction", "2 Last"]);
    expect(document.text).toBe(
      [
        "# On small things",
        "# Introduction",
        "It costs 5 % of all things, as “they” said [knuth84] — see Section [sec:intro]. Erdős, étude, naïve.",
        "Energy is $E = mc^2$.",
        "a^2 + b^2 = c^2",
        "- One\n- Two",
        "Town | People\nUlm | many",
        "The towns",
        "x = {1}",
        "## Last",
        "Done.",
      ].join("\n\n"),
    );
  });
});

describe("JSON", () => {
  it("keeps its numbers and names, spells letters out and breaks long lines at members", async () => {
    const long = "x".repeat(400);
    const source = `{"b":12345678901234567890,"name":"M\\u00fcnchen \\ud83d\\ude00","path":"a\\\\u0041\\n","list":[1.0,{"deep":"${long}"}],"none":[]}`;
    const document = await parse(source, "data");
    expect(document.kind).toBe("json");
    expect(document.text).toBe(
      `{\n  "b": 12345678901234567890,\n  "name": "München 😀",\n  "path": "a\\\\u0041\\n",\n  "list": [\n    1.0,\n    {\n      "deep": "${long}"\n    }\n  ],\n  "none": [\n    \n  ]\n}`.replace(
        "    \n",
        "\n",
      ),
    );
    expect(JSON.parse(document.text)).toEqual(JSON.parse(source));
  });

  it("is told by its content, a record a line too, and not in prose", async () => {
    expect(await parse('{"a":1}\n{"a":2}\n', "log")).toMatchObject({ kind: "json", text: '{"a":1}\n{"a":2}\n' });
    for (const prose of ["[1] A footnote. {braces}", "[[Page]] of a wiki", '{"Quoted" words}']) {
      expect(await parse(prose, "a.txt")).toMatchObject({ kind: "text", text: prose });
    }
  });
});

describe("source code", () => {
  it.each([
    ["Dockerfile", "FROM node:24"],
    ["src/Makefile", "all:\n\tcc a.c"],
    ["run", "#!/usr/bin/env python3\nprint(1)"],
    ["main.go", "package main"],
  ])("%s is code", async (name, content) => {
    expect(await parse(content, name)).toMatchObject({ kind: "code", text: content });
  });
});
