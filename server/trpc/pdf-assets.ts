import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Folders of pdf.js with what documents may need: character maps, fonts, colour profiles, image decoders. */
const FOLDERS = new Set(["cmaps", "iccs", "standard_fonts", "wasm"]);
/** The thread that reads documents. */
const WORKER = "legacy/build/pdf.worker.min.mjs";

const TYPES: Record<string, string> = { js: "text/javascript", mjs: "text/javascript", wasm: "application/wasm" };

/** pdf.js's thread reads strangers' documents: it may load its own files and reach this server, nothing else. */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

function placeOf(path: readonly string[]): string | null {
  const [folder, name, ...rest] = path;
  if (folder === "worker.mjs" && name === undefined) return WORKER;
  if (!folder || !FOLDERS.has(folder) || !name || rest.length > 0) return null;
  return /^\w[\w.-]*$/.test(name) ? join(folder, name) : null;
}

/**
 * `GET /api/pdfjs/{version}/{...}`: the files that pdf.js loads in the browser, as they are installed. They are public
 * and never change under their version; another version than the installed one is not found.
 */
export async function answerPdfAsset([version, ...path]: readonly string[]): Promise<Response> {
  const place = placeOf(path);
  const home = dirname(createRequire(join(process.cwd(), "package.json")).resolve("pdfjs-dist/package.json"));
  const installed: { version: string } = JSON.parse(await readFile(join(home, "package.json"), "utf8"));
  const bytes =
    place !== null && version === installed.version ? await readFile(join(home, place)).catch(() => null) : null;
  if (place === null || bytes === null) return new Response("Not found", { status: 404 });
  return new Response(new Uint8Array(bytes), {
    headers: {
      "content-type": TYPES[place.split(".").at(-1) ?? ""] ?? "application/octet-stream",
      "cache-control": "public, max-age=31536000, immutable",
      "content-security-policy": POLICY,
      "x-content-type-options": "nosniff",
    },
  });
}
