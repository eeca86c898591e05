import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);

function evaluate(source: string): Promise<string> {
  return run(process.execPath, ["--input-type=module", "--no-warnings", "--eval", source], {
    env: { ...process.env, NODE_OPTIONS: "", NODE_ENV: "production" },
    maxBuffer: 1 << 24,
  }).then(({ stdout }) => stdout);
}

/** What only some requests need: parsers, SDKs of vendors, the embedded database, what pages are made of. */
const LATER = [
  "@ai-sdk/anthropic",
  "@ai-sdk/cohere",
  "@ai-sdk/google",
  "@ai-sdk/mistral",
  "@aws-sdk/client-s3",
  "@aws-sdk/lib-storage",
  "@e965/xlsx",
  "@electric-sql/pglite",
  "@langchain/core",
  "@langchain/textsplitters",
  "@napi-rs/canvas",
  "cheerio",
  "csv-parse",
  "mammoth",
  "next-auth",
  "postal-mime",
  "prisma",
  "react",
  "shiki",
  "unpdf",
  "word-extractor",
  "yauzl",
  "zod-openapi",
];

test("a server that has just started has loaded no package that only some requests need", async () => {
  const packages: string[] = JSON.parse(
    await evaluate(`
      import { registerHooks } from "node:module";
      const seen = new Set();
      registerHooks({
        load(url, context, next) {
          const name = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1];
          if (name) seen.add(name);
          if (/gpt-tokenizer.*(bpeRanks|encoding)/.test(url)) seen.add("tokenizer tables");
          return next(url, context);
        },
      });
      await import("#server/start");
      await import("#server/api/app");
      await import("#server/api/websocket/web-sockets");
      process.stdout.write(JSON.stringify([...seen]));
    `),
  );
  expect(packages).toContain("hono");
  expect(packages.filter((name) => [...LATER, "tokenizer tables"].includes(name))).toEqual([]);
}, 60_000);

test("what starting leaves in the heap is given back", async () => {
  const [before = 0, after = 0] = JSON.parse(
    await evaluate(`
      import { collectStartupGarbage } from "#server/startup-garbage";
      // Old enough to have been moved out of the young generation, then dropped.
      let held = Array.from({ length: 500_000 }, (_, index) => ({ index }));
      const before = process.memoryUsage().heapTotal;
      held = null;
      collectStartupGarbage();
      process.stdout.write(JSON.stringify([before, process.memoryUsage().heapTotal]));
    `),
  );
  expect(before - after).toBeGreaterThan(10 * 2 ** 20);
}, 60_000);
