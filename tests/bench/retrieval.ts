import { existsSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { measureContexts } from "#tests/bench/context-recall";
import { measureJudged } from "#tests/bench/judged";
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
    /** Print how Postgres runs the search. */
    explain: { type: "boolean", default: false },
  },
});

async function measure(server: RunningServer, title: string, folders: readonly string[]): Promise<boolean> {
  const team = await createTeam(server);
  let kept = true;
  for (const folder of folders) {
    const mark = MARKS[basename(folder)] ?? null;
    const { figures, plan } = await measureJudged({ server, team }, { folder, mark });
    figures.push(...(await measureContexts({ server, team }, folder)));
    printFigures(`${title}: ${basename(folder)}`, figures, "single leg");
    if (values.explain) console.log(`\n${plan}`);
    kept = figures.every((figure) => figure.kept !== false) && kept;
  }
  return kept;
}

const beside = ["../shared/retrieval/codebase", "../shared/retrieval/docs"];
const folders = values.set ?? beside.filter((folder) => existsSync(folder));
if (folders.length === 0) throw new Error("No judged set: name one in BEIR layout with --set <folder>.");
const native = values.only === "embedded" ? null : await nativeUrl();
let kept = true;
for (const url of [...(values.only === "native" ? [] : [null]), ...(native ? [native] : [])]) {
  if (url) process.env.TEST_DATABASE_URL = url;
  const server = await startServer(url ? {} : { env: { EMBEDDED: "1" } });
  try {
    kept = (await measure(server, url ? "Native Postgres" : "Embedded database", folders)) && kept;
  } finally {
    await server.stop();
    await server.remove();
  }
}
console.log(kept ? "\nEvery mark was reached." : "\nA mark was missed; see above.");
process.exitCode = kept ? 0 : 1;
