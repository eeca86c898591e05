import { log } from "#server/log";

/** Lets a promise run on without its caller; a failure is logged by its message alone. */
export function inBackground(task: Promise<unknown>): void {
  task.catch((error: unknown) => {
    log().debug({ reason: error instanceof Error ? error.message : "unknown" }, "background task failed");
  });
}
