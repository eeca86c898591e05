import { type Logger, pino } from "pino";
import { config } from "#server/config";

const holder = globalThis as typeof globalThis & { rejoinderLog?: Logger };

const STACK_FRAMES = 12;

/**
 * What the log may tell of an error: its name, code and place, of its cause where it has one. Never the message: a
 * database's quotes values, a vendor's the prompt.
 */
export function errorFacts(thrown: unknown): { name: string; code?: string; stack?: string } {
  const error = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  if (!(error instanceof Error)) return { name: typeof error };
  const frames = (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  const code = "code" in error ? { code: String(error.code) } : {};
  return { name: error.name, ...code, stack: frames.slice(0, STACK_FRAMES).join("\n") };
}

/** The process's logger: JSON lines on stdout. Log ids, codes, counts and times; never a secret, never content. */
export function log(): Logger {
  holder.rejoinderLog ??= pino({
    level: config().LOG_LEVEL,
    base: undefined,
    redact: { paths: ["*.authorization", "*.apiKey", "*.secret", "*.password", "*.token"], remove: true },
  });
  return holder.rejoinderLog;
}
