import { check, finish, suite, total, vitest } from "./steps.ts";
import { verify } from "./verify.ts";

// Everything, on the embedded database. With --database-only: what runs again on a native one (TEST_DATABASE_URL).
if (process.argv.includes("--database-only")) {
  finish(await vitest("database and api (native)", ["database", "api"]));
}

const counts = [
  await verify(),
  // In one run, and beside the build, so that neither core waits for the last of a suite's tests.
  ...(await Promise.all([
    vitest("slow units, contract and database", ["slow", "contract", "database"]),
    check("build", ["node", "server/commands/build.ts"]),
  ])),
  await vitest("api and clients", ["api"]),
  await suite("end to end", () => ["playwright", "test", "-c", "tests/e2e", "--reporter=list,json"]),
];
finish(total(counts));
