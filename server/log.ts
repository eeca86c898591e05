import { type Logger, pino } from "pino";
import { config } from "#server/config";

const holder = globalThis as typeof globalThis & { rejoinderLog?: Logger };

const STACK_FRAMES = 12;

/** The fields of an error, also of one that a library hands on as a plain object. */
function fieldsOf(thrown: unknown): { name?: unknown; code?: unknown; stack?: unknown; cause?: unknown } | null {
  return typeof thrown === "object" && thrown !== null ? thrown : null;
}

/**
 * What the log may tell of an error: its name, code and place, of its cause where it has one. Never the message: a
 * database's quotes values, a vendor's the prompt.
 */
export function errorFacts(thrown: unknown): { name: string; code?: string; stack?: string } {
  const outer = fieldsOf(thrown);
  const error = fieldsOf(outer?.cause) ?? outer;
  if (error === null) return { name: typeof thrown };
  const frames = String(error.stack ?? "")
    .split("\n")
    .filter((line) => line.startsWith("    at "));
  return {
    name: typeof error.name === "string" ? error.name : "Error",
    ...(error.code === undefined ? {} : { code: String(error.code) }),
    ...(frames.length === 0 ? {} : { stack: frames.slice(0, STACK_FRAMES).join("\n") }),
  };
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
