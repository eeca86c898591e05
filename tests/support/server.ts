import { type ChildProcess, spawn } from "node:child_process";
import { createHash, createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI, { type ClientOptions } from "openai";
import pg from "pg";
import { socketDirectory } from "#server/db/embedded";
import { newId } from "#server/ids";
import { BROKEN_STREAM } from "#server/services/responses/check-stream";
import { COMPILED } from "#tests/support/child";
import { prepareTestDatabase } from "#tests/support/database";

export const TEST_SECRETS = {
  API_KEY_PEPPER: "test-pepper-test-pepper-test-pepper-1234",
  SESSION_SECRET: "test-session-test-session-test-session-12",
  ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
};

const ALL_SCOPES = ["responses", "files", "vector_stores", "models", "admin"].flatMap((resource) => [
  `${resource}.read`,
  `${resource}.write`,
]);

/** What a test needs to reach a server that another process holds: plain data, so vitest can hand it to workers. */
export interface ServerAddress {
  url: string;
  dataDir: string;
  databaseUrl: string;
  pid: number;
}

export interface TestTeam {
  teamId: string;
  keyId: string;
  key: string;
}

export interface StartOptions {
  env?: Record<string, string>;
  /** Keep using this folder and database (restart after a kill). */
  dataDir?: string;
  databaseUrl?: string;
  /** Also serve the pages; needs a finished build. */
  pages?: boolean;
}

export interface RunningServer extends ServerAddress {
  process: ChildProcess;
  /** Everything printed so far, stdout and stderr. */
  output(): string;
  /** SIGTERM, then waits for the end; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, then waits for the end. Data stays. */
  kill(): Promise<void>;
  /** Removes what the server left; for the end of a suite. */
  remove(): Promise<void>;
}

/** The URL of the embedded database of a running server: its unix socket in DATA_DIR. */
export function embeddedUrl(dataDir: string): string {
  return `postgresql://postgres@localhost/postgres?host=${encodeURIComponent(socketDirectory(dataDir))}`;
}

async function whenReady(child: ChildProcess, output: () => string): Promise<string> {
  const ended = once(child, "exit").then(() => {
    throw new Error(`the server ended before it was ready:\n${output()}`);
  });
  const ready = new Promise<string>((resolve) => {
    const look = () => {
      const match = /ready at (https?:\/\/\S+)/.exec(output());
      if (match?.[1]) resolve(match[1]);
    };
    child.stdout?.on("data", look);
  });
  const url = await Promise.race([ready, ended]);
  ended.catch(() => {});
  return url.replace("localhost", "127.0.0.1");
}

/** Where the server's data goes: what the caller named, or a prepared database of its own. */
async function placeFor(options: StartOptions): Promise<{ dataDir: string; databaseUrl: string }> {
  const named = options.databaseUrl?.includes("host=") ? "" : options.databaseUrl;
  if (options.dataDir !== undefined) return { dataDir: options.dataDir, databaseUrl: named ?? "" };
  if (!named) return prepareTestDatabase(options.env?.EMBEDDED ? "" : process.env.TEST_DATABASE_URL);
  return { dataDir: await mkdtemp(join(tmpdir(), "rejoinder-test-")), databaseUrl: named };
}

/** Throws with what a server has logged of streams that broke the rules, if any did. */
export function requireWholeStreams(output: string): void {
  const broken = output.split("\n").filter((line) => line.includes(BROKEN_STREAM));
  if (broken.length > 0) throw new Error(`Streams broke the rules:\n${broken.join("\n")}`);
}

/**
 * Starts the real server on a free port: embedded in a fresh folder, or on a fresh database of TEST_DATABASE_URL when
 * that is set. Rejects with the server's output when it ends before it is ready.
 */
export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  const { dataDir, databaseUrl } = await placeFor(options);
  const native = databaseUrl ? { DATABASE_URL: databaseUrl } : {};
  const child = spawn(process.execPath, ["server/main.ts", ...(options.pages ? [] : ["--api-only"])], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: "production",
      PORT: "0",
      DATA_DIR: dataDir,
      LOG_LEVEL: "info",
      STREAM_CHECKS: "on",
      NODE_COMPILE_CACHE: COMPILED,
      MALLOC_MMAP_THRESHOLD_: "1048576",
      ...TEST_SECRETS,
      ...native,
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed: string[] = [];
  child.stdout.on("data", (data) => printed.push(String(data)));
  child.stderr.on("data", (data) => printed.push(String(data)));
  const output = () => printed.join("");
  const url = await whenReady(child, output);
  const exited = once(child, "exit");
  return {
    url,
    dataDir,
    databaseUrl: native.DATABASE_URL ?? embeddedUrl(dataDir),
    pid: child.pid ?? 0,
    process: child,
    output,
    stop: async () => {
      child.kill("SIGTERM");
      const [code] = await exited;
      return code;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
    remove: () => rm(dataDir, { recursive: true, force: true }),
  };
}

/** Runs one query on the server's own database, over a connection of the test's. */
export async function query<Row extends pg.QueryResultRow>(
  server: Pick<ServerAddress, "databaseUrl">,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** A fresh team with one key of all scopes (or those given), written straight into the server's database. */
export async function createTeam(server: ServerAddress, scopes: string[] = ALL_SCOPES): Promise<TestTeam> {
  const teamId = newId("team");
  const keyId = newId("apiKey");
  const key = `rj_${randomBytes(32).toString("base64url")}`;
  const pepper = createHash("sha256").update(TEST_SECRETS.API_KEY_PEPPER).digest();
  const hash = createHmac("sha256", pepper).update(key).digest("hex");
  await query(server, "INSERT INTO team (id, name) VALUES ($1, $2)", [teamId, `Team ${teamId.slice(-6)}`]);
  await query(
    server,
    "INSERT INTO api_key (id, team_id, name, hash, prefix, last_four, scopes) VALUES ($1, $2, 'test', $3, $4, $5, $6)",
    [keyId, teamId, hash, key.slice(0, 7), key.slice(-4), scopes],
  );
  return { teamId, keyId, key };
}

/** The official client against the server. */
export function openaiClient(server: ServerAddress, key: string, options: ClientOptions = {}): OpenAI {
  return new OpenAI({ baseURL: `${server.url}/v1`, apiKey: key, maxRetries: 0, ...options });
}
