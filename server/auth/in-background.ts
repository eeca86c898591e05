import { errorFacts, log } from "#server/log";

/** Lets a promise run on without its caller; a failure is only logged. */
export function inBackground(task: Promise<unknown>): void {
  task.catch((error: unknown) => {
    log().debug(errorFacts(error), "background task failed");
  });
}
