import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tests/support/longest-first.ts";

/** These guard against hanging only: on a busy machine a test takes ten times as long as on a quiet one. */
const shared = { environment: "node", testTimeout: 300_000, hookTimeout: 300_000 } as const;

export default defineConfig({
  test: {
    // One more than CI has cores: some tests wait for seconds, for a process to start or for another to be missed.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          include: ["server/**/*.test.ts", "components/**/*.test.{ts,tsx}", "app/**/*.test.{ts,tsx}"],
          exclude: ["**/*.db.test.ts", "**/*.slow.test.ts"],
        },
      },
      // What starts processes, workers or recognition: too slow for `npm run verify`.
      { test: { ...shared, name: "slow", include: ["server/**/*.slow.test.ts"] } },
      { test: { ...shared, name: "repository", include: ["tests/repository/**/*.test.ts"] } },
      { test: { ...shared, name: "database", include: ["server/**/*.db.test.ts"] } },
      { test: { ...shared, name: "contract", include: ["tests/contract/**/*.test.ts"] } },
      {
        test: {
          ...shared,
          name: "api",
          include: ["tests/api/**/*.test.ts", "tests/clients/**/*.test.ts"],
          // These need a Postgres of their own, apart from the server's process.
          exclude: process.env.TEST_DATABASE_URL ? [] : ["**/*.native.test.ts"],
          globalSetup: ["tests/support/shared-server.ts"],
        },
      },
    ],
  },
});
