import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import {
  accountsOf,
  directTarget,
  figuresOf,
  measureRounds,
  ourTarget,
  type Plan,
  residentMb,
} from "#tests/bench/measure";
import { nativeUrl } from "#tests/bench/native-url";
import { type Figure, printFigures } from "#tests/bench/report";
import { measureSearch } from "#tests/bench/search";
import { measureTraceList } from "#tests/bench/trace-list";
import { measureTransports } from "#tests/bench/transports";
import { createTeam, query, type RunningServer, startServer } from "#tests/support/server";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "3" },
    only: { type: "string" },
    chunks: { type: "string", default: "10000" },
    /** Rows for the trace list, on native Postgres; 0 leaves it out. */
    traces: { type: "string", default: "1000000" },
    /** Folder for CPU profiles of the servers. */
    profile: { type: "string" },
  },
});

const plan: Plan = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
/** Memory is read when start-up's garbage is gone. */
const SETTLE_MS = 5_000;

async function startMock(): Promise<{ url: string; process: ChildProcess }> {
  const child = spawn(process.execPath, ["tests/bench/mock-upstream.ts"], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = await once(child.stdout, "data");
  return { url: `http://127.0.0.1:${String(port).trim()}`, process: child };
}

async function start(mockUrl: string, native: string | null): Promise<RunningServer> {
  if (native) process.env.TEST_DATABASE_URL = native;
  const profiling: Record<string, string> = values.profile
    ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${values.profile}` }
    : {};
  const env = { OPENAI_API_KEY: "sk-mock", OPENAI_BASE_URL: `${mockUrl}/v1`, STREAM_CHECKS: "off", ...profiling };
  return startServer({ pages: existsSync(".next/BUILD_ID"), env: native ? env : { ...env, EMBEDDED: "1" } });
}

/** All features on: a key with limits, stored responses, traces with content. */
async function bench(mockUrl: string, native: string | null): Promise<boolean> {
  const server = await start(mockUrl, native);
  try {
    const team = await createTeam(server);
    await query(
      server,
      "update api_key set requests_per_minute = 100000000, tokens_per_minute = 2000000000, concurrent_runs = 1000 where id = $1",
      [team.keyId],
    );
    await wait(SETTLE_MS);
    const idle = await residentMb(server);
    const rounds = await measureRounds(
      [directTarget(mockUrl, false), directTarget(mockUrl, true)],
      [ourTarget(server, team, false), ourTarget(server, team, true)],
      { ...plan, server },
    );
    const transports = await measureTransports(server, team, plan.seconds);
    const sent = rounds.sent + transports.sent;
    const loaded = await residentMb(server);
    const deadline = performance.now() + 30_000;
    let accounts = await accountsOf(server, team);
    while (accounts.traces < sent && performance.now() < deadline) {
      await wait(250);
      accounts = await accountsOf(server, team);
    }
    const complete = [accounts.responses, accounts.traces, accounts.usage].every((count) => count === sent);
    const figures: Figure[] = [
      ...figuresOf(rounds.direct, rounds.ours),
      ...transports.figures,
      {
        name: "memory, idle",
        measured: `${Math.round(idle)} MB`,
        budget: native ? "≤ 300 MB" : "",
        kept: native ? idle <= 300 : null,
      },
      { name: "memory, after the load", measured: `${Math.round(loaded)} MB`, budget: "", kept: null },
      ...(values.chunks === "0" ? [] : [await measureSearch(server, team, Number(values.chunks))]),
      {
        name: "responses, traces, counted requests",
        measured: `${accounts.responses}, ${accounts.traces}, ${accounts.usage}`,
        budget: `each ${sent}`,
        kept: complete,
      },
    ];
    if (native && values.traces !== "0")
      figures.push(...(await measureTraceList(server.databaseUrl, Number(values.traces))));
    printFigures(native ? "Native Postgres" : "Embedded database (the budget is native Postgres's)", figures);
    return complete && (native === null || figures.every(({ kept }) => kept !== false));
  } finally {
    await server.stop();
    await server.remove();
  }
}

const mock = await startMock();
const native = values.only === "embedded" ? null : await nativeUrl();
let kept = true;
try {
  if (values.only !== "native") kept = await bench(mock.url, null);
  if (native) kept = (await bench(mock.url, native)) && kept;
  else if (values.only !== "embedded")
    console.log("\nNative Postgres: not measured. Set TEST_DATABASE_URL to a server with pgvector.");
} finally {
  mock.process.kill();
}
if (!native) console.log("\nThe budgets are native Postgres's, which was not measured.");
else console.log(kept ? "\nEvery budget was kept." : "\nA budget was missed; see above.");
