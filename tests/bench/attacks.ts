import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { toFile } from "openai";
import { request } from "undici";
import type { Bench } from "#tests/bench/judged";
import { residentMb } from "#tests/bench/measure";
import { nativeUrl } from "#tests/bench/native-url";
import { type Figure, printFigures } from "#tests/bench/report";
import { HOSTILE_FILES, type HostileFile } from "#tests/support/hostile-files";
import { createTeam, openaiClient, startServer } from "#tests/support/server";

// Every hostile file of the parsers' tests, uploaded and put into a store: how each ends, and how the server answers
// meanwhile.

const { values } = parseArgs({ options: { only: { type: "string" } } });
const ASK_EVERY_MS = 10;
const LOOK_EVERY_MS = 100;

interface Ending {
  status: string;
  message: string | null;
}

/** Uploads the files, reads all of them at once, and answers how each ended. */
async function readAll({ server, team }: Bench, files: readonly (HostileFile & { content: Buffer })[]) {
  const client = openaiClient(server, team.key, { timeout: 600_000 });
  const { id: storeId } = await client.vectorStores.create({ name: "hostile" });
  const read = async ({ filename, content }: { filename: string; content: Buffer }): Promise<Ending> => {
    const { id } = await client.files.create({ file: await toFile(content, filename), purpose: "assistants" });
    const options = { pollIntervalMs: LOOK_EVERY_MS };
    const ended = await client.vectorStores.files.createAndPoll(storeId, { file_id: id }, options);
    return { status: ended.status, message: ended.last_error?.message ?? null };
  };
  return Promise.all(files.map(read));
}

/** How a path answered while an attack went on. */
interface Answers {
  /** Milliseconds that each took, rising. */
  times: number[];
  /** Those that were not 200. */
  refused: number;
}

/** Asks /healthz and /readyz, each one time after the other, while `work` goes on. */
async function askedDuring<T>(
  { server }: Bench,
  work: Promise<T>,
): Promise<{ result: T; health: Answers; ready: Answers }> {
  let working = true;
  const ask = async (path: string): Promise<Answers> => {
    const answers: Answers = { times: [], refused: 0 };
    while (working) {
      const from = performance.now();
      const { statusCode, body } = await request(`${server.url}${path}`);
      await body.dump();
      answers.times.push(performance.now() - from);
      if (statusCode !== 200) answers.refused += 1;
      await wait(ASK_EVERY_MS);
    }
    answers.times.sort((a, b) => a - b);
    return answers;
  };
  const done = work.finally(() => {
    working = false;
  });
  const [result, health, ready] = await Promise.all([done, ask("/healthz"), ask("/readyz")]);
  return { result, health, ready };
}

function spread({ times, refused }: Answers): string {
  const at = (share: number) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
  const answered = `${at(0.5)}, ${at(0.95)}, ${at(1)} ms`;
  return refused === 0 ? answered : `${answered}, ${refused} refused`;
}

async function attack(bench: Bench, name: string, files: readonly HostileFile[]): Promise<Figure> {
  const made = files.map((file) => ({ ...file, content: Buffer.from(file.make()) }));
  const from = performance.now();
  const { result, health, ready } = await askedDuring(bench, readAll(bench, made));
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  const right = result.every(({ status }, index) => status === (made[index]?.ends === "read" ? "completed" : "failed"));
  const [only] = result;
  const ending =
    result.length === 1 && only ? (only.message ?? only.status) : `${result.length} files, each to its end`;
  return {
    name,
    measured: `${seconds} s: ${ending}`,
    direct: `${spread(health)}; ${spread(ready)}`,
    budget: "its end",
    kept: right && health.refused === 0,
  };
}

const native = values.only === "embedded" ? null : await nativeUrl();
let kept = true;
for (const url of [...(values.only === "native" ? [] : [null]), ...(native ? [native] : [])]) {
  if (url) process.env.TEST_DATABASE_URL = url;
  const server = await startServer(url ? {} : { env: { EMBEDDED: "1" } });
  try {
    const bench = { server, team: await createTeam(server) };
    const figures: Figure[] = [];
    for (const file of HOSTILE_FILES) figures.push(await attack(bench, file.name, [file]));
    figures.push(await attack(bench, "all of them at once", HOSTILE_FILES));
    figures.push({
      ...{ name: "memory of the server at the end", measured: `${Math.round(await residentMb(server))} MB` },
      ...{ budget: "", kept: null },
    });
    const compared = "p50, p95, max of /healthz; of /readyz";
    printFigures(`${url ? "Native Postgres" : "Embedded database"}: hostile files`, figures, compared);
    kept = figures.every((figure) => figure.kept !== false) && kept;
  } finally {
    await server.stop();
    await server.remove();
  }
}
console.log(kept ? "\nEvery file came to its end." : "\nA file did not end as it should; see above.");
process.exitCode = kept ? 0 : 1;
