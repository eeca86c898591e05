import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { blobDirectory } from "#server/blobs/registry";
import { setClock } from "#server/clock";
import { findContainerFiles } from "#server/db/container-files";
import { beginCall, endCall } from "#server/db/containers";
import { addContainerFile } from "#server/services/containers/add-container-file";
import { fileBounds, requireContainer } from "#server/services/containers/container-object";
import { createContainer } from "#server/services/containers/create-container";
import { deleteContainer } from "#server/services/containers/delete-container";
import { attachFiles, type Target, writeFile } from "#server/services/containers/store-container-file";
import { sweepContainers } from "#server/services/containers/sweep-containers";
import type { ServiceContext } from "#server/services/context";
import { sweepFiles } from "#server/services/files/sweep-files";
import { systemContext } from "#server/services/setup/system-context";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { type FakeClock, installFakeClock } from "#tests/support/fake-clock";

const never = new AbortController().signal;
const MINUTE = 60_000;
let database: TestDatabase;
let ctx: ServiceContext;
let teamId: string;
let clock: FakeClock;

beforeAll(async () => {
  database = await openTestDatabase({ BLOB_STORE: "local", CODE_INTERPRETER_MAX_FILE_BYTES: "1000" });
});
afterAll(() => database.close());
afterEach(() => setClock());

async function freshContainer(minutes = 20): Promise<Target> {
  clock = installFakeClock();
  ({ teamId } = await createTeam());
  ctx = systemContext(teamId);
  const input = { name: "c", expires_after: { anchor: "last_active_at" as const, minutes } };
  return { ctx, containerId: (await createContainer({ ctx, input })).id, param: "file" };
}

const put = async (target: Target, name: string, text: string) => {
  const content = (async function* () {
    yield Buffer.from(text);
  })();
  return attachFiles(target, [await writeFile(target, { path: `/mnt/data/${name}`, source: "assistant", content })]);
};

/** Names of the blobs that the team has. */
const blobs = () => readdir(join(blobDirectory(database.dataDir), teamId)).catch(() => []);

describe("a container's files", () => {
  it("have one blob each, also after a change, once the sweep has been", async () => {
    const target = await freshContainer();
    const [first] = await put(target, "a", "one");
    const [second] = await put(target, "a", "two");
    expect(second?.id).toBe(first?.id);
    expect(await blobs()).toHaveLength(2);
    await sweepFiles(never);
    expect(await blobs()).toEqual([second?.blobId]);
  });

  it("that are too much together are refused, and leave nothing", async () => {
    const target = await freshContainer();
    await put(target, "a", "x".repeat(600));
    await expect(put(target, "b", "x".repeat(600))).rejects.toMatchObject({ code: "payload_too_large" });
    await expect(put(target, "c", "x".repeat(1_001))).rejects.toMatchObject({ code: "payload_too_large" });
    await put(target, "a", "x".repeat(900));
    const many = Array.from({ length: fileBounds().maxFiles }, (_, index) => `n${index}`);
    const files = [];
    for (const name of many) {
      files.push(
        await writeFile(target, { path: `/mnt/data/${name}`, source: "user", content: (async function* () {})() }),
      );
    }
    await expect(attachFiles(target, files)).rejects.toMatchObject({ code: "payload_too_large" });
    await sweepFiles(never);
    expect(await blobs()).toHaveLength(1);
    expect(await findContainerFiles({ teamId, containerId: target.containerId })).toHaveLength(1);
  });

  it("go with it, and one that is written meanwhile has no owner", async () => {
    const target = await freshContainer();
    await put(target, "a", "one");
    const content = (async function* () {})();
    const late = await writeFile(target, { path: "/mnt/data/late", source: "assistant", content });
    await deleteContainer({ ctx, input: target });
    await expect(attachFiles(target, [late])).rejects.toMatchObject({ code: "not_found" });
    const source = { fileId: "file-none" };
    await expect(addContainerFile({ ctx, input: { ...target, source } })).rejects.toMatchObject({ code: "not_found" });
    await sweepFiles(never);
    expect(await blobs()).toEqual([]);
  });
});

describe("a container's end", () => {
  it("is put off by every use, and then the sweep removes all of it", async () => {
    const target = await freshContainer(10);
    await put(target, "a", "one");
    clock.advance(9 * MINUTE);
    await requireContainer(ctx, target.containerId);
    clock.advance(9 * MINUTE);
    await sweepContainers(never);
    await requireContainer(ctx, target.containerId);
    clock.advance(10 * MINUTE);
    await expect(requireContainer(ctx, target.containerId)).rejects.toMatchObject({ code: "not_found" });
    expect(await blobs()).toHaveLength(1);
    await sweepContainers(never);
    await sweepFiles(never);
    expect(await blobs()).toEqual([]);
  });

  it("waits for a call that runs; calls do not run beside each other", async () => {
    const target = await freshContainer(1);
    const scope = { teamId, containerId: target.containerId };
    const at = (ms: number) => new Date(clock.now() + ms);
    expect(await beginCall(scope, { now: at(0), until: at(5 * MINUTE) })).toEqual({ session: null });
    expect(await beginCall(scope, { now: at(0), until: at(5 * MINUTE) })).toBe("busy");
    expect(await beginCall({ ...scope, teamId: "team_other" }, { now: at(0), until: at(MINUTE) })).toBeNull();
    clock.advance(4 * MINUTE);
    await sweepContainers(never);
    await endCall(scope, { now: at(0), session: "py_1" });
    expect(await beginCall(scope, { now: at(0), until: at(5 * MINUTE) })).toEqual({ session: "py_1" });
    // Whoever began it has died.
    clock.advance(5 * MINUTE - 1);
    expect(await beginCall(scope, { now: at(1), until: at(5 * MINUTE) })).toBeNull();
  });
});
