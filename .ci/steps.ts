import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How many checks or tests of a step passed and failed. */
export interface Count {
  passed: number;
  failed: number;
}

interface Finished {
  code: number;
  output: string;
}

function execute(command: string[], environment: Record<string, string>): Promise<Finished> {
  return new Promise((resolve) => {
    const [program = "", ...parameters] = command;
    const child = spawn(program, parameters, {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const parts: string[] = [];
    child.stdout.on("data", (data) => parts.push(String(data)));
    child.stderr.on("data", (data) => parts.push(String(data)));
    child.on("error", (error) => resolve({ code: 1, output: String(error) }));
    child.on("close", (code) => resolve({ code: code ?? 1, output: parts.join("") }));
  });
}

function report(name: string, count: Count, startedAt: number): void {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(
    `${count.failed === 0 ? "ok  " : "FAIL"} ${name} (${count.passed} passed, ${count.failed} failed, ${seconds} s)`,
  );
}

/** One command that either holds or does not: its output is shown only when it fails. */
export async function check(name: string, command: string[], environment: Record<string, string> = {}): Promise<Count> {
  const startedAt = Date.now();
  const { code, output } = await execute(command, environment);
  const count = code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  if (code !== 0) console.log(output);
  report(name, count, startedAt);
  return count;
}

function readCount(file: string): Count | null {
  if (!existsSync(file)) return null;
  const result = JSON.parse(readFileSync(file, "utf8"));
  if ("stats" in result) {
    const { expected, unexpected, flaky } = result.stats;
    return { passed: expected, failed: unexpected + flaky + result.errors.length };
  }
  const suites = result.testResults.filter(
    (suite: { status: string; assertionResults: unknown[] }) =>
      suite.status === "failed" && suite.assertionResults.length === 0,
  );
  return { passed: result.numPassedTests, failed: result.numFailedTests + suites.length };
}

/** A test runner that writes a JSON report to the file it is given; a crash without a report counts as one failure. */
export async function suite(
  name: string,
  command: (reportFile: string) => string[],
  environment: Record<string, string> = {},
): Promise<Count> {
  const startedAt = Date.now();
  const file = join(tmpdir(), `rejoinder-${process.pid}-${name.replaceAll(/\W+/g, "-")}.json`);
  rmSync(file, { force: true });
  const { code, output } = await execute(command(file), { PLAYWRIGHT_JSON_OUTPUT_NAME: file, ...environment });
  const count = readCount(file) ?? { passed: 0, failed: 0 };
  if (code !== 0 && count.failed === 0) count.failed = 1;
  if (count.failed > 0) console.log(output);
  rmSync(file, { force: true });
  report(name, count, startedAt);
  return count;
}

/** vitest over the named projects. */
export function vitest(name: string, projects: string[], environment: Record<string, string> = {}): Promise<Count> {
  const chosen = projects.flatMap((project) => ["--project", project]);
  return suite(
    name,
    (file) => ["vitest", "run", ...chosen, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`],
    environment,
  );
}

/** The sum of all counts. */
export function total(counts: Count[]): Count {
  return counts.reduce((sum, count) => ({ passed: sum.passed + count.passed, failed: sum.failed + count.failed }), {
    passed: 0,
    failed: 0,
  });
}

/** Prints `N passed, N failed` as the last line and ends the process accordingly. */
export function finish(count: Count): never {
  console.log(`${count.passed} passed, ${count.failed} failed`);
  process.exit(count.failed === 0 && count.passed > 0 ? 0 : 1);
}
