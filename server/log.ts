import { type Logger, pino } from "pino";
import { config } from "#server/config";

const holder = globalThis as typeof globalThis & { rejoinderLog?: Logger };

/** The process's logger: JSON lines on stdout. Log ids, codes, counts and times; never a secret, never content. */
export function log(): Logger {
  holder.rejoinderLog ??= pino({
    level: config().LOG_LEVEL,
    base: undefined,
    redact: { paths: ["*.authorization", "*.apiKey", "*.secret", "*.password", "*.token"], remove: true },
  });
  return holder.rejoinderLog;
}
