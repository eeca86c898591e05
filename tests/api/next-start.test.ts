import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { prepareTestDatabase } from "#tests/support/database";
import { freePort } from "#tests/support/free-port";
import { hasLocalRuntime, type ModelHub, startModelHub } from "#tests/support/model-hub";
import { createTeam, embeddedUrl, openaiClient, type ServerAddress, TEST_SECRETS } from "#tests/support/server";

// Next alone, without server/main.ts: instrumentation opens the parts and app/v1 serves the API.
let child: ChildProcess;
let server: ServerAddress;
let hub: ModelHub;
const printed: string[] = [];

beforeAll(async () => {
  expect(existsSync(".next/BUILD_ID"), "the pages are not built: run `node server/commands/build.ts` first").toBe(true);
  const { dataDir } = await prepareTestDatabase("");
  const port = await freePort();
  hub = await startModelHub();
  const local = { ...hub.environment, LOCAL_MODELS: "acme/tiny" };
  child = spawn(process.execPath, ["node_modules/next/dist/bin/next", "start", "-H", "127.0.0.1", "-p", String(port)], {
    env: {
      ...{ PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: "production", DATA_DIR: dataDir },
      ...TEST_SECRETS,
      ...local,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout?.on("data", (data) => printed.push(String(data)));
  child.stderr?.on("data", (data) => printed.push(String(data)));
  server = { url: `http://127.0.0.1:${port}`, dataDir, databaseUrl: embeddedUrl(dataDir), pid: child.pid ?? 0 };
  await vi.waitFor(
    async () => {
      if (child.exitCode !== null) throw new Error(printed.join(""));
      expect((await fetch(`${server.url}/v1/models`)).status).toBe(401);
    },
    { timeout: 150_000, interval: 200 },
  );
});

afterAll(async () => {
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  await hub.stop();
  await rm(server.dataDir, { recursive: true, force: true });
});

it("answers /v1 as JSON and as a stream", async () => {
  const { key } = await createTeam(server);
  const client = openaiClient(server, key);
  const whole = await client.responses.create({ model: "builtin/echo", input: "from Next" });
  expect(whole.output_text).toBe("from Next");
  expect((await client.responses.retrieve(whole.id)).output_text).toBe("from Next");

  const stream = client.responses.stream({ model: "builtin/echo", input: "streamed by Next" });
  const types: string[] = [];
  for await (const event of stream) types.push(event.type);
  expect(types.at(0)).toBe("response.created");
  expect(types.at(-1)).toBe("response.completed");
  expect((await stream.finalResponse()).output_text).toBe("streamed by Next");
});

it("counts tokens in a thread of its own", async () => {
  const { key } = await createTeam(server);
  // Were the tokenizer not found in Next's bundle, it would be an estimate by length: 9.
  const counted = await openaiClient(server, key).responses.inputTokens.count({
    model: "builtin/echo",
    input: "hello",
  });
  expect(counted.input_tokens).toBe(8);
});

it.skipIf(!hasLocalRuntime)("runs local models in a thread of its own", async () => {
  const { key } = await createTeam(server);
  const asked = { model: "local/acme/tiny", input: ["car", "automobile"] };
  const { data } = await openaiClient(server, key).embeddings.create(asked);
  expect(data[0]?.embedding).toContain(1);
  expect(data[1]?.embedding).toEqual(data[0]?.embedding);
});
