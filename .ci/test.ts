import { check, finish, suite, total, vitest } from "./steps.ts";
import { verify } from "./verify.ts";

// Everything, on the embedded database. With --database-only: what runs again on a native one (TEST_DATABASE_URL).
if (process.argv.includes("--database-only")) {
  finish(total([await vitest("database (native)", ["database"]), await vitest("api (native)", ["api"])]));
}

const counts = [
  await verify(),
  await vitest("slow units", ["slow"]),
  await vitest("contract", ["contract"]),
  await vitest("database", ["database"]),
  await check("build", ["node", "server/commands/build.ts"]),
  await vitest("api and clients", ["api"]),
  await suite("end to end", () => ["playwright", "test", "-c", "tests/e2e", "--reporter=list,json"]),
];
finish(total(counts));
