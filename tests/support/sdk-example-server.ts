import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { freePort } from "#tests/support/free-port";

const require = createRequire(import.meta.url);
const CLIENT = require.resolve("@modelcontextprotocol/sdk/client/index.js");
const ENTRY = join(dirname(CLIENT), "../../esm/examples/server/simpleStreamableHttp.js");

/** Starts the MCP SDK's own example of a server with OAuth, which takes only tokens that name it as their resource. */
export async function startSdkExampleServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const [port, authPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [ENTRY, "--oauth", "--oauth-strict"], {
    env: { NODE_ENV: "test", PATH: process.env.PATH, MCP_PORT: String(port), MCP_AUTH_PORT: String(authPort) },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const exited = once(child, "exit");
  const ready = new Set<string>();
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (data: Buffer) => {
      for (const [line] of String(data).matchAll(/(Authorization|HTTP) Server listening/g)) ready.add(line);
      if (ready.size === 2) resolve();
    });
    exited.then(() => reject(new Error("the example ended before it was ready")), reject);
  });
  return {
    url: `http://localhost:${port}/mcp`,
    stop: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
