import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";

const NATIVE_TOOL = "../shared/tools/native-postgres";

/** A server with pgvector to measure on: TEST_DATABASE_URL's, or one that a tool beside the checkout starts; or null. */
export async function nativeUrl(): Promise<string | null> {
  if (process.env.TEST_DATABASE_URL) return process.env.TEST_DATABASE_URL;
  if (!existsSync(NATIVE_TOOL)) return null;
  const { stdout } = await promisify(execFile)(NATIVE_TOOL, ["start"], { maxBuffer: 1 << 24 });
  return stdout.trim().split("\n").at(-1) ?? null;
}
