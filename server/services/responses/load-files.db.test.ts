import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { utils, write } from "@e965/xlsx";
import { PDFDocument } from "pdf-lib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { config, setConfig } from "#server/config";
import type { LoadedFiles } from "#server/engine/model-input";
import { closePools } from "#server/outbound/pools";
import type { FunctionOutputPart, InputFilePart, InputImagePart, MessagePart } from "#server/protocol/content";
import type { Item } from "#server/protocol/items";
import { stopReadWorkers } from "#server/retrieval/parse/worker-pool";
import type { ServiceContext } from "#server/services/context";
import { loadFiles } from "#server/services/responses/load-files";
import { systemContext } from "#server/services/setup/system-context";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { storeTestFile } from "#tests/support/documents";
import { PIXEL } from "#tests/support/images";
import { makePptx } from "#tests/support/office-files";
import { makePdf } from "#tests/support/pdf";
import { makeZip } from "#tests/support/zip";

const PNG = PIXEL.slice(PIXEL.indexOf(",") + 1);
const CSV = "Town,People\nUlm,many\nBonn,more\n";
const base64 = (content: string | Uint8Array) => Buffer.from(content).toString("base64");

let database: TestDatabase;
let site: Server;
let origin: string;
let hits: string[] = [];
let ctx: ServiceContext;

beforeAll(async () => {
  database = await openTestDatabase();
  site = createServer((request, response) => {
    const path = request.url ?? "";
    hits.push(path);
    if (path === "/photo") response.writeHead(200, { "content-type": "text/plain" }).end(Buffer.from(PNG, "base64"));
    else if (path === "/table") response.writeHead(200, { "content-type": "text/csv; charset=utf-8" }).end(CSV);
    else if (path === "/huge.png") response.end(Buffer.alloc(21 * 1024 * 1024));
    else if (path === "/inside") response.writeHead(307, { location: "http://169.254.169.254/latest/" }).end();
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await stopReadWorkers();
  await closePools();
  site.closeAllConnections();
  await new Promise((resolve) => site.close(resolve));
  await database.close();
});

const settings: ReturnType<typeof config>[] = [];
function configure(change: Partial<ReturnType<typeof config>>): void {
  settings.push(config());
  setConfig({ ...config(), ...change });
}
beforeEach(async () => {
  ctx = systemContext((await createTeam()).teamId);
  configure({ OUTBOUND_ALLOW: "127.0.0.1" });
});
afterEach(() => {
  hits = [];
  const [first] = settings.splice(0);
  if (first) setConfig(first);
});

let made = 0;
function message(...content: MessagePart[]): Item {
  return { type: "message", id: `msg_${made++}`, status: "completed", role: "user", content };
}
const image = (image_url: string): InputImagePart => ({ type: "input_image", image_url, detail: "auto" });
const file = (fields: Omit<InputFilePart, "type">): InputFilePart => ({ type: "input_file", ...fields });

function load(items: Item[], { vision = false, history = [] as Item[] } = {}): Promise<LoadedFiles> {
  return loadFiles({ ctx, input: { items: [...history, ...items], inputItems: items, promptItems: [], vision } });
}

describe("images", () => {
  it("come by data, URL or id, and are called what they are", async () => {
    const stored = await storeTestFile(ctx, { filename: "a.bin", content: Buffer.from(PNG, "base64") });
    const wrong = `data:image/jpeg;base64,${PNG}`;
    const { images } = await load([
      message(image(wrong), image(`${origin}/photo`)),
      message({ type: "input_image", image_url: null, file_id: stored.id, detail: "low" }),
    ]);
    const expected = `data:image/png;base64,${PNG}`;
    expect([...images]).toEqual([
      [wrong, expected],
      [`${origin}/photo`, expected],
      [stored.id, expected],
    ]);
  });

  it.each([
    ["data:image/png;base64,AAAA", "invalid_value", "Supported are PNG, JPEG, WebP and GIF"],
    ["data:image/png;base64,!!", "invalid_value", "no base64"],
    ["data:image/png,abc", "invalid_value", "no base64"],
    ["picture.png", "outbound_not_allowed", "not a URL"],
    ["file:///etc/passwd", "outbound_not_allowed", "Only http and https"],
    [`data:image/svg+xml;base64,${base64("<svg/>")}`, "invalid_value", "Supported are"],
  ])("%s is refused with the field at fault", async (url, code, words) => {
    await expect(load([message(image(`data:image/png;base64,${PNG}`), image(url))])).rejects.toMatchObject({
      ...{ code, param: "input[0].content[1].image_url" },
      message: expect.stringContaining(words),
    });
  });

  it("have a size, alone and together", async () => {
    await expect(load([message(image(`${origin}/huge.png`))])).rejects.toMatchObject({
      ...{ code: "payload_too_large", param: "input[0].content[0].image_url" },
      message: expect.stringContaining("20971520 bytes"),
    });
    configure({ INPUT_MAX_BYTES: 100 });
    await expect(load([message(image(`${origin}/photo`), image(`data:image/png;base64,${PNG}`))])).rejects.toThrow(
      "at most 100 bytes together",
    );
    configure({ INPUT_MAX_BYTES: 1_000, INPUT_MAX_FILES: 1 });
    await expect(load([message(image(`${origin}/photo`), image(`${origin}/other`))])).rejects.toMatchObject({
      code: "array_above_max_length",
    });
  });
});

describe("URLs", () => {
  it("that fail are the request's fault", async () => {
    await expect(load([message(file({ file_url: `${origin}/missing.pdf` }))])).rejects.toMatchObject({
      ...{ code: "invalid_value", param: "input[0].content[0].file_url" },
      message: expect.stringContaining("answered 404"),
    });
  });

  it.each(["http://127.0.0.1", "http://[::ffff:127.0.0.1]", "http://2130706433", "http://0.0.0.0", "http://localhost"])(
    "at %s reach no listener",
    async (host) => {
      configure({ OUTBOUND_ALLOW: "" });
      const { port } = new URL(origin);
      for (const part of [image(`${host}:${port}/photo`), file({ file_url: `${host}:${port}/table` })]) {
        await expect(load([message(part)])).rejects.toMatchObject({ code: "outbound_not_allowed" });
      }
      expect(hits).toEqual([]);
    },
  );

  it("that lead inside are followed no further", async () => {
    await expect(load([message(image(`${origin}/inside`))])).rejects.toMatchObject({
      ...{ code: "outbound_not_allowed", param: "input[0].content[0].image_url" },
      message: expect.stringContaining("169.254.169.254"),
    });
    expect(hits).toEqual(["/inside"]);
  });
});

describe("documents", () => {
  it("are read by ingestion's parsers, by data, URL or id, also as a tool's output", async () => {
    const sheet = utils.book_new();
    utils.book_append_sheet(sheet, utils.aoa_to_sheet([["Only"]]), "S");
    const xlsx = base64(write(sheet, { type: "buffer", bookType: "xlsx" }));
    const pptx = base64(makePptx([{ title: "Plan" }]));
    const stored = await storeTestFile(ctx, { filename: "notes.md", content: "# Notes\n\nAll is well." });
    const output: FunctionOutputPart[] = [file({ file_data: xlsx, filename: "s.xlsx" })];
    const { documents } = await load([
      message(file({ file_data: `data:text/csv;base64,${base64(CSV)}` }), file({ file_url: `${origin}/table` })),
      message(file({ file_id: stored.id }), file({ file_data: PNG, filename: "photo.png" })),
      message(file({ file_data: pptx, filename: "p.pptx" }), file({ file_data: base64("{\\rtf1 hello}") })),
      { type: "function_call_output", id: "o", status: "completed", call_id: "c", output },
    ]);
    const table = { text: "Town | People\nUlm | many\nBonn | more", images: [] };
    expect([...documents.values()]).toEqual([
      { filename: "file.csv", ...table },
      { filename: "table.csv", ...table },
      { filename: "notes.md", text: "# Notes\n\nAll is well.", images: [] },
      { filename: "photo.png", text: null, images: [`data:image/png;base64,${PNG}`] },
      { filename: "p.pptx", text: "# Plan", images: [] },
      { filename: "file", text: "hello", images: [] },
      { filename: "s.xlsx", text: "# S\n\nOnly", images: [] },
    ]);
  });

  it("are refused in the parser's words", async () => {
    const data = base64(makeZip([{ name: "a.txt", content: "hello" }]));
    await expect(load([message(file({ file_data: data, filename: "a.docx" }))])).rejects.toMatchObject({
      ...{ code: "invalid_value", param: "input[0].content[0].file_data" },
      message: "The file is a zip archive, which cannot be read as a document. Upload the files in it.",
    });
  });

  it("that are PDFs are text, and pages for a model that sees", async () => {
    const page = { heading: "Report", paragraphs: ["A sentence that is long enough to be read."] };
    const pdf = base64(await makePdf([page, page, page]));
    const items = [message(file({ file_data: pdf, filename: "r.pdf" }))];
    const plain = (await load(items)).documents.get(pdf);
    expect(plain).toMatchObject({ text: expect.stringContaining("long enough to be read"), images: [] });
    configure({ INPUT_MAX_PAGE_IMAGES: 2 });
    const seen = (await load(items, { vision: true })).documents.get(pdf);
    expect(seen?.text).toBe(plain?.text);
    expect(seen?.images).toHaveLength(2);
    for (const url of seen?.images ?? []) expect(url).toMatch(/^data:image\/jpeg;base64,\/9j/);
  });

  it("that hold no text on some pages say so", async () => {
    const page = { heading: "Report", paragraphs: ["A sentence that is long enough to be read, and some words more."] };
    const document = await PDFDocument.load(await makePdf([page, page]));
    document.insertPage(1);
    const pdf = base64(await document.save());
    const { documents } = await load([message(file({ file_data: pdf, filename: "r.pdf" }))]);
    expect(documents.get(pdf)?.text).toMatch(/words more\.\n\n\[Pages without text that can be read: 2\]$/);
  });

  it("that are scans are pages alone, and nothing to a model that cannot see", async () => {
    const scan = await PDFDocument.create();
    scan.addPage().drawRectangle({ x: 10, y: 10, width: 100, height: 100 });
    const pdf = base64(await scan.save());
    const items = [message(file({ file_data: pdf, filename: "scan.pdf" }))];
    await expect(load(items)).rejects.toMatchObject({ message: expect.stringContaining("(OCR)") });
    const seen = (await load(items, { vision: true })).documents.get(pdf);
    expect(seen).toMatchObject({ text: null, images: [expect.stringContaining("data:image/jpeg")] });
  });
});

describe("what is gone", () => {
  it("is left out of the history, and refused in the request's own input", async () => {
    const parts = [image(`${origin}/gone.png`), file({ file_id: "file-gone" })];
    const { images, documents } = await load([message()], { history: [message(...parts)] });
    expect([...images.values(), ...documents.values()]).toEqual([null, null]);
    for (const part of parts) await expect(load([message(part)], { history: [message(part)] })).rejects.toThrow();
  });

  it("includes another team's files", async () => {
    const stored = await storeTestFile(ctx, { filename: "secret.txt", content: "secret" });
    ctx = systemContext((await createTeam()).teamId);
    const [foreign, unknown] = await Promise.all(
      [stored.id, stored.id.replace(/.{4}$/, "zzzz")].map((id) =>
        load([message(file({ file_id: id }))]).catch((error: unknown) => error),
      ),
    );
    expect(foreign).toMatchObject({ code: "not_found" });
    expect(String(foreign).replace(stored.id, "ID")).toBe(String(unknown).replace(/file[-_][\w-]+/, "ID"));
  });
});
