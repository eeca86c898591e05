import type { TestProject } from "vitest/node";
import { requireWholeStreams, type ServerAddress, startServer } from "#tests/support/server";

declare module "vitest" {
  interface ProvidedContext {
    server: ServerAddress;
  }
}

/** One server for all API suites; each suite makes a team of its own. `inject("server")` hands out its address. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  const { url, dataDir, databaseUrl, pid } = server;
  project.provide("server", { url, dataDir, databaseUrl, pid });
  return async () => {
    await server.stop();
    requireWholeStreams(server.output());
    await server.remove();
  };
}
