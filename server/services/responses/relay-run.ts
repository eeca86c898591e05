import { clock, sleep } from "#server/clock";
import { config } from "#server/config";
import { type LogKey, relayEvents, relayInput, removeEvents } from "#server/db/response-events";
import { errorFacts, log } from "#server/log";
import type { RunningResponse } from "#server/services/responses/active-runs";
import { EventLog } from "#server/services/responses/event-log";

/** At shutdown the last events of ended runs have this long to be written. */
const FLUSH_PATIENCE_MS = 1_000;

const holder = globalThis as typeof globalThis & { rejoinderRelays?: Map<string, Promise<void>> };

/** Responses of this process that other nodes watch, each until its last event is written. */
function relays(): Map<string, Promise<void>> {
  holder.rejoinderRelays ??= new Map();
  return holder.rejoinderRelays;
}

/**
 * Writes the input and the events of a foreground run of this process to the log that other nodes follow, from now to
 * its end.
 * Does nothing when that is done already. The log is forgotten RELAYED_EVENTS_TTL_SECONDS after the end.
 */
export function relayRun(run: RunningResponse): void {
  const { teamId, responseId, background } = run.facts;
  if (background || relays().has(responseId)) return;
  const relaying = relay(run, { teamId, responseId })
    .catch((error: unknown) => log().warn(errorFacts(error), "a watched run could not be relayed"))
    .finally(() => relays().delete(responseId));
  relays().set(responseId, relaying);
}

/** Resolves when what other nodes watch of ended runs is written, so that they see the end; after a second anyway. */
export async function flushRelays(): Promise<void> {
  if (relays().size > 0) await Promise.race([Promise.all(relays().values()), sleep(FLUSH_PATIENCE_MS)]);
}

async function relay(run: RunningResponse, key: LogKey): Promise<void> {
  // First: who has an event of the log finds the input there too.
  await relayInput(key, run.facts.input);
  const events = new EventLog(key.responseId, (rows) => relayEvents(key, rows));
  for await (const batch of run.watch(new AbortController().signal)) await events.add(batch);
  await events.flush();
  clock().after(config().RELAYED_EVENTS_TTL_SECONDS, () => {
    removeEvents(key).catch((error: unknown) => log().warn(errorFacts(error), "a relayed log could not be removed"));
  });
}
