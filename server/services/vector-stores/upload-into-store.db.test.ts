import { afterAll, beforeAll, expect, it } from "vitest";
import { listFiles } from "#server/db/files";
import { findVectorStoreFile } from "#server/db/vector-store-files";
import { startQueue, stopQueue } from "#server/jobs/queue";
import type { ServiceContext } from "#server/services/context";
import { systemContext } from "#server/services/setup/system-context";
import { createVectorStore } from "#server/services/vector-stores/create-vector-store";
import { deleteVectorStore } from "#server/services/vector-stores/delete-vector-store";
import { uploadIntoStore } from "#server/services/vector-stores/upload-into-store";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";

let database: TestDatabase;
let ctx: ServiceContext;
let vectorStoreId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  await startQueue();
  ctx = systemContext((await createTeam()).teamId);
  vectorStoreId = (await createVectorStore({ ctx, input: { name: "s" } })).id;
});
afterAll(async () => {
  await stopQueue();
  await database.close();
});

interface Sent {
  content: string;
  store?: string;
  hold?: boolean;
  /** Runs when the last byte has been sent. */
  atEnd?: () => Promise<void> | void;
}

function send({ content, store = vectorStoreId, hold = false, atEnd }: Sent, by = ctx) {
  const form = new FormData();
  form.set("purpose", "assistants");
  form.set("file", new File([content], "a.txt"));
  const request = new Request("http://test/", { method: "POST", body: form });
  async function* body() {
    for await (const piece of request.body ?? []) yield piece;
    await atEnd?.();
  }
  const upload = { contentType: request.headers.get("content-type") ?? "", contentLength: null, body: body() };
  return uploadIntoStore({ ctx: by, input: { upload, vectorStoreId: store, hold } });
}

async function isInStore(fileId: string): Promise<boolean> {
  return (await findVectorStoreFile({ teamId: ctx.principal.teamId, vectorStoreId, fileId })) !== null;
}

async function countFiles(): Promise<number> {
  const page = { limit: 100, order: "desc" as const, after: null, before: null, purpose: null, now: new Date() };
  return (await listFiles({ teamId: ctx.principal.teamId, ...page })).length;
}

it("takes what arrives in, though its sender goes with the last byte", async () => {
  const sender = new AbortController();
  const sent = await send(
    { content: "ships", atEnd: () => void setImmediate(() => sender.abort(new Error("The tab was closed."))) },
    { ...ctx, signal: sender.signal },
  );
  expect(sent).toMatchObject({ attached: true, presentName: null });
  expect(await isInStore(sent.file.id)).toBe(true);
});

it("leaves what is there already, and what is held, to somebody's word", async () => {
  const held = await send({ content: "masts", hold: true });
  expect(held).toMatchObject({ attached: false, presentName: null });
  await send({ content: "sails" });
  const again = await send({ content: "sails" });
  expect(again).toMatchObject({ attached: false, presentName: "a.txt" });
  expect(await Promise.all([held, again].map(({ file }) => isInStore(file.id)))).toEqual([false, false]);
});

it("keeps nothing for a store that is unknown, of another team, or gone meanwhile", async () => {
  const before = await countFiles();
  const foreign = systemContext((await createTeam()).teamId);
  const { id: theirs } = await createVectorStore({ ctx: foreign, input: { name: "theirs" } });
  const unread = () => expect.fail("The file was read.");
  for (const store of ["vs_unknown", theirs]) {
    const refused = send({ content: "oars", store, atEnd: unread });
    await expect(refused).rejects.toMatchObject({ code: "not_found", message: expect.stringContaining(store) });
  }
  const { id: going } = await createVectorStore({ ctx, input: { name: "going" } });
  const atEnd = async () => void (await deleteVectorStore({ ctx, input: { vectorStoreId: going } }));
  await expect(send({ content: "keels", store: going, atEnd })).rejects.toMatchObject({ code: "not_found" });
  expect(await countFiles()).toBe(before);
});
