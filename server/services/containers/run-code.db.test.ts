import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prisma } from "#server/db/client";
import { createContainer } from "#server/services/containers/create-container";
import { runCode } from "#server/services/containers/run-code";
import type { ServiceContext } from "#server/services/context";
import { systemContext } from "#server/services/setup/system-context";
import { interpreters } from "#server/tools/registry";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";

let database: TestDatabase;
let ctx: ServiceContext;
let containerId: string;

beforeAll(async () => {
  database = await openTestDatabase({
    BLOB_STORE: "local",
    CODE_INTERPRETER_MAX_FILE_BYTES: "100000",
    CODE_INTERPRETER_START_SECONDS: "150",
  });
  ctx = systemContext((await createTeam()).teamId);
  containerId = (await createContainer({ ctx, input: { name: "c" } })).id;
});
afterAll(async () => {
  await interpreters.close();
  await database.close();
});

const run = (code: string) => runCode({ ctx, input: { containerId, memoryMb: 1024, code } });

describe("code in a container", () => {
  it("keeps its variables and its files, and stores what is changed and no more", async () => {
    const first = await run("x = 1\nopen('a', 'w').write('one')\nopen('b', 'w').write('two')");
    expect(first).toMatchObject({ isFresh: false, written: ["/mnt/data/a", "/mnt/data/b"] });
    const second = await run("import os\nos.remove('b')\nx + 1");
    expect(second).toMatchObject({ isFresh: false, written: [], outcome: { output: "2\n" } });
    expect(second.files.map(({ path, blobId }) => [path, blobId])).toEqual([["/mnt/data/a", first.files[0]?.blobId]]);
  });

  it("begins anew, with its files, where another node has run the last call", async () => {
    await prisma().container.updateMany({ where: { id: containerId }, data: { session: "py_of_another_node" } });
    const next = await run("('x' in globals(), open('a').read())");
    expect(next).toMatchObject({ isFresh: true, outcome: { output: "(False, 'one')\n" } });
    expect(await run("1")).toMatchObject({ isFresh: false });
  });

  it("keeps files until the container is full, and names the others", async () => {
    const { files, notKept, outcome } = await run(
      "open('c', 'w').write('x' * 60_000)\nopen('d', 'w').write('x' * 60_000)",
    );
    expect(outcome?.ok).toBe(true);
    expect(notKept).toEqual(["/mnt/data/d"]);
    expect(files.map(({ path }) => path)).toEqual(["/mnt/data/a", "/mnt/data/c"]);
  });

  it("that ends its Python has failed once; the next call begins anew", async () => {
    expect(await run("import os\nos._exit(1)")).toMatchObject({ outcome: null, ended: "broken" });
    expect(await run("open('a').read()")).toMatchObject({ isFresh: true, outcome: { output: "'one'\n" } });
  });
});
