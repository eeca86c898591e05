import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { freePort } from "#tests/support/free-port";

const require = createRequire(import.meta.url);
const ENTRY = require.resolve("@modelcontextprotocol/server-everything/dist/index.js");

/** Starts MCP's own test server over one of the two transports. */
export async function startEverythingServer(
  transport: "streamableHttp" | "sse",
): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const child = spawn(process.execPath, [ENTRY, transport], {
    env: { NODE_ENV: "test", PATH: process.env.PATH, PORT: String(port) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  await new Promise<void>((ready, fail) => {
    child.stderr.on("data", (data: Buffer) => {
      if (/port \d+/.test(String(data))) ready();
    });
    exited.then(() => fail(new Error("the MCP server ended before it was ready")), fail);
  });
  return {
    url: `http://127.0.0.1:${port}/${transport === "sse" ? "sse" : "mcp"}`,
    stop: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
