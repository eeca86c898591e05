import { existsSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { measureContexts } from "#tests/bench/context-recall";
import { measureIngest } from "#tests/bench/ingest";
import { measureJudged } from "#tests/bench/judged";
import { measureLargeStore } from "#tests/bench/large-store";
import { nativeUrl } from "#tests/bench/native-url";
import { printFigures } from "#tests/bench/report";
import { createTeam, type RunningServer, startServer } from "#tests/support/server";

/** What a judged set has to reach with the built-in embedder. A set that is not named here has no mark to reach. */
const MARKS: Record<string, { recall: number; ndcg: number }> = {
  codebase: { recall: 0.87, ndcg: 0.69 },
  docs: { recall: 0.9, ndcg: 0.75 },
};

const { values } = parseArgs({
  options: {
    /** Folders in BEIR layout; those beside the checkout by default. */
    set: { type: "string", multiple: true },
    only: { type: "string" },
    /** Measures on native Postgres a store of so many chunks, in place of the judged sets. */
    chunks: { type: "string" },
    /** Measures an upload of 512 MB and the reading of so many MB of text, in place of the judged sets. */
    ingest: { type: "string" },
    /** Says first how Postgres runs the searches; `--no-explain` leaves it out. */
    explain: { type: "boolean", default: true },
  },
  allowNegative: true,
});

async function measure(server: RunningServer, title: string, folders: readonly string[]): Promise<boolean> {
  const team = await createTeam(server);
  let kept = true;
  for (const folder of folders) {
    const mark = MARKS[basename(folder)] ?? null;
    const { figures, plan } = await measureJudged({ server, team }, { folder, mark });
    figures.push(...(await measureContexts({ server, team }, folder)));
    if (values.explain) console.log(`\n${title}: the first search of ${basename(folder)}\n${plan}`);
    printFigures(`${title}: ${basename(folder)}`, figures, "single leg");
    kept = figures.every((figure) => figure.kept !== false) && kept;
  }
  return kept;
}

async function measureFiles(server: RunningServer, title: string): Promise<boolean> {
  const bench = { server, team: await createTeam(server) };
  const figures = await measureIngest(bench, { textMb: Number(values.ingest) });
  printFigures(`${title}: large files`, figures, "beside it");
  return figures.every((figure) => figure.kept !== false);
}

async function measureLarge(server: RunningServer): Promise<boolean> {
  const figures = await measureLargeStore(
    { server, team: await createTeam(server) },
    { chunks: Number(values.chunks), folders, explain: values.explain },
  );
  printFigures(`Native Postgres: a store of ${values.chunks} chunks among ten`, figures);
  return figures.every((figure) => figure.kept !== false);
}

const beside = ["../shared/retrieval/codebase", "../shared/retrieval/docs"];
const folders = values.set ?? beside.filter((folder) => existsSync(folder));
if (folders.length === 0 && values.chunks === undefined && values.ingest === undefined)
  throw new Error("No judged set: name one in BEIR layout with --set <folder>.");
const native = values.only === "embedded" ? null : await nativeUrl();
if (values.chunks !== undefined && !native) throw new Error("Set TEST_DATABASE_URL to a server with pgvector.");
const withoutEmbedded = values.only === "native" || values.chunks !== undefined;
let kept = true;
for (const url of [...(withoutEmbedded ? [] : [null]), ...(native ? [native] : [])]) {
  if (url) process.env.TEST_DATABASE_URL = url;
  const server = await startServer(url ? {} : { env: { EMBEDDED: "1" } });
  try {
    const title = url ? "Native Postgres" : "Embedded database";
    if (values.chunks !== undefined) kept = (await measureLarge(server)) && kept;
    else if (values.ingest !== undefined) kept = (await measureFiles(server, title)) && kept;
    else kept = (await measure(server, title, folders)) && kept;
  } finally {
    await server.stop();
    await server.remove();
  }
}
console.log(kept ? "\nEvery mark was reached." : "\nA mark was missed; see above.");
process.exitCode = kept ? 0 : 1;
