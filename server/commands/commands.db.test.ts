import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { exportStoredSecrets, forgetSecrets, loadSecrets } from "#server/auth/secrets";
import { blobKey } from "#server/blobs/blob-store";
import { blobStore } from "#server/blobs/registry";
import { parseConfig, setConfig } from "#server/config";
import { closeDatabase, openDatabase, pool } from "#server/db/client";
import { type EmbeddedDatabase, openEmbedded } from "#server/db/embedded";
import { newId } from "#server/ids";
import { defineJob, enqueue, implementJob, startQueue, stopQueue } from "#server/jobs/queue";
import { startWorkers, stopWorkers } from "#server/jobs/worker";
import { startChild } from "#tests/support/child";
import { createNativeDatabase, createTeam, type PreparedDatabase, prepareTestDatabase } from "#tests/support/database";
import { digestTables, seedEverything } from "#tests/support/seed-everything";

const waitingJob = defineJob({ name: "waiting", schema: z.object({ note: z.string() }) });
const content = randomBytes(2_500_000);
const fileId = newId("file");
const partId = newId("uploadPart");

let source: PreparedDatabase;
let scratch: string;
let teamId: string;
let digests: Record<string, string>;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "rejoinder-commands-"));
  source = await prepareTestDatabase("");
  use(source.dataDir);
  forgetSecrets();
  loadSecrets();
  await openDatabase();
  teamId = (await createTeam({ name: "Ärzte «ohne» 'Grenzen'\n" })).teamId;
  const written = await blobStore().put(blobKey(teamId, fileId), inPieces(content));
  await blobStore().put(blobKey(teamId, partId), inPieces(content));
  await seedEverything(pool(), { teamId, fileId, partId, ...written });
  await startQueue();
  await enqueue(waitingJob, { note: "still to be done" });
  await stopQueue();
  digests = await digestTables(pool());
  await closeDatabase();
});
afterAll(async () => {
  await source.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** Puts a configuration without secrets in force: those of DATA_DIR count. */
function use(dataDir: string, databaseUrl?: string): void {
  setConfig(parseConfig({ NODE_ENV: "test", LOG_LEVEL: "silent", DATA_DIR: dataDir, DATABASE_URL: databaseUrl }));
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
}

async function readBlob(id = fileId): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of await blobStore().get(blobKey(teamId, id))) parts.push(part);
  return Buffer.concat(parts);
}

async function run(command: string, args: string[], environment: Record<string, string>) {
  const child = startChild(`server/commands/${command}.ts`, args, { LOG_LEVEL: "silent", ...environment });
  const code = await child.end();
  return { code, output: child.output() };
}

/** Each starts several processes that open a database. */
const TIMEOUT_MS = 180_000;

describe("backup and restore", { timeout: TIMEOUT_MS }, () => {
  it("bring database, files and secrets into an empty folder", async () => {
    const [folder, dataDir] = [join(scratch, "cold"), join(scratch, "restored")];
    const backup = await run("backup", [folder], { DATA_DIR: source.dataDir });
    expect(backup).toMatchObject({ code: 0, output: expect.stringContaining("server stopped") });
    const restore = await run("restore", [folder], { DATA_DIR: dataDir });
    expect(restore).toMatchObject({ code: 0, output: expect.stringContaining("teams 1, responses 1, files 1") });
    use(dataDir);
    await openDatabase();
    expect(await digestTables(pool())).toEqual(digests);
    expect((await readBlob()).equals(content)).toBe(true);
    expect((await readBlob(partId)).equals(content)).toBe(true);
    await closeDatabase();
    expect(exportStoredSecrets(dataDir)).toEqual(exportStoredSecrets(source.dataDir));
    expect(statSync(join(dataDir, "secrets", "encryption-key")).mode & 0o777).toBe(0o600);
  });

  it("copy a running server's database as of one moment", async () => {
    const [folder, dataDir] = [join(scratch, "hot"), join(scratch, "restored-hot")];
    const writer = startChild("tests/support/crash-child.ts", ["write", "0"], {
      LOG_LEVEL: "silent",
      DATA_DIR: source.dataDir,
    });
    await writer.line(/^ack 200$/);
    const before = writer.lines().map((line) => line.replace("ack ", ""));
    expect(await run("backup", [folder], { DATA_DIR: source.dataDir })).toMatchObject({
      code: 0,
      output: expect.stringContaining("server running"),
    });
    await writer.kill();
    expect(await run("restore", [folder], { DATA_DIR: dataDir })).toMatchObject({ code: 0 });
    use(dataDir);
    await openDatabase();
    const { rows } = await pool().query<{ id: string }>("SELECT id FROM acknowledged");
    const kept = new Set(rows.map(({ id }) => id));
    expect(before.filter((id) => !kept.has(id))).toEqual([]);
    await pool().query("DROP TABLE acknowledged");
    expect(await digestTables(pool())).toEqual(digests);
    await closeDatabase();
    use(source.dataDir);
    await openDatabase();
    await pool().query("DROP TABLE acknowledged");
    await closeDatabase();
  });

  it("refuse a folder that is in the way, no backup, and a DATA_DIR that is not empty", async () => {
    const taken = join(scratch, "taken");
    mkdirSync(taken);
    expect(await run("backup", [taken], { DATA_DIR: source.dataDir })).toMatchObject({
      code: 1,
      output: expect.stringContaining("exists already"),
    });
    const none = await run("restore", [taken], { DATA_DIR: join(scratch, "new") });
    expect(none).toMatchObject({ code: 1, output: expect.stringContaining("is not a backup") });
    const full = await run("restore", [join(scratch, "cold")], { DATA_DIR: source.dataDir });
    expect(full).toMatchObject({ code: 1, output: expect.stringContaining("is not empty (database, blobs, secrets)") });
  });
});

describe("move-to-postgres", { timeout: TIMEOUT_MS }, () => {
  let url: string;
  let embedded: EmbeddedDatabase | null = null;
  let drop = async () => {};

  beforeAll(async () => {
    const server = process.env.TEST_DATABASE_URL;
    if (server) {
      ({ url, drop } = await createNativeDatabase(server));
      return;
    }
    // Without a native server another embedded one stands in for it: the same driver, the same SQL.
    const folder = mkdtempSync(join(tmpdir(), "rejoinder-target-"));
    embedded = await openEmbedded(folder);
    url = `postgresql://postgres@localhost/postgres?host=${encodeURIComponent(embedded.host)}`;
    drop = async () => rmSync(folder, { recursive: true, force: true });
  });
  afterAll(async () => {
    await embedded?.close();
    await drop();
  });

  it("refuses secrets that are not those of DATA_DIR, before it changes anything", async () => {
    const wrong = { API_KEY_PEPPER: "another pepper of more than 32 characters" };
    const refused = await run("move-to-postgres", [], { DATA_DIR: source.dataDir, DATABASE_URL: url, ...wrong });
    expect(refused).toMatchObject({
      code: 1,
      output: expect.stringContaining("API_KEY_PEPPER in the environment is not the one"),
    });
  });

  it("copies every row, the files' content and the waiting jobs, and keeps the secrets for the environment", async () => {
    const moved = await run("move-to-postgres", [], { DATA_DIR: source.dataDir, DATABASE_URL: url });
    expect(moved).toMatchObject({
      code: 0,
      output: expect.stringContaining("Moved the content of 2 files and parts of uploads"),
    });
    expect(moved.output).toContain("chunk_embedding: 700 rows");
    const stored = exportStoredSecrets(source.dataDir);
    const kept = readFileSync(join(source.dataDir, "postgres.env"), "utf8");
    expect(kept).toBe(
      Object.entries(stored)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(""),
    );
    for (const value of Object.values(stored)) expect(moved.output).not.toContain(value);

    use(join(scratch, "unused"), url);
    await openDatabase();
    expect(await digestTables(pool())).toEqual(digests);
    expect((await readBlob()).equals(content)).toBe(true);
    expect((await readBlob(partId)).equals(content)).toBe(true);
    const { rows } = await pool().query(
      "SELECT nextval(pg_get_serial_sequence('chunk', 'id')) > max(id) AS ahead FROM chunk",
    );
    expect(rows).toEqual([{ ahead: true }]);
    expect(
      (await pool().query("SELECT tableoid::regclass::text AS partition FROM trace WHERE id = '0012'")).rows,
    ).toEqual([{ partition: "trace_2026_old" }]);
    const notes: string[] = [];
    await startQueue();
    await startWorkers([implementJob(waitingJob, async ({ note }) => void notes.push(note))]);
    await vi.waitFor(() => expect(notes).toEqual(["still to be done"]), { timeout: 20_000 });
    await stopWorkers();
    await stopQueue();
    await closeDatabase();
  });

  it("refuses a target that is not empty", async () => {
    const again = await run("move-to-postgres", [], { DATA_DIR: source.dataDir, DATABASE_URL: url });
    expect(again).toMatchObject({ code: 1, output: expect.stringMatching(/not empty: table \w+ has \d+ rows/) });
  });
});
