import { clock } from "#server/clock";
import { config } from "#server/config";
import { type LogKey, relayEvents, removeEvents } from "#server/db/response-events";
import { errorFacts, log } from "#server/log";
import type { RunningResponse } from "#server/services/responses/active-runs";
import { EventLog } from "#server/services/responses/event-log";

const holder = globalThis as typeof globalThis & { rejoinderRelays?: Set<string> };

/** Responses of this process that other nodes watch. */
function relays(): Set<string> {
  holder.rejoinderRelays ??= new Set();
  return holder.rejoinderRelays;
}

/**
 * Writes the events of a foreground run of this process to the log that other nodes follow, from now to its end.
 * Does nothing when that is done already. The log is forgotten RELAYED_EVENTS_TTL_SECONDS after the end.
 */
export function relayRun(run: RunningResponse): void {
  const { teamId, responseId, background } = run.facts;
  if (background || relays().has(responseId)) return;
  relays().add(responseId);
  relay(run, { teamId, responseId })
    .catch((error: unknown) => log().warn(errorFacts(error), "a watched run could not be relayed"))
    .finally(() => relays().delete(responseId));
}

async function relay(run: RunningResponse, key: LogKey): Promise<void> {
  const events = new EventLog(key.responseId, (rows) => relayEvents(key, rows));
  for await (const batch of run.watch(new AbortController().signal)) await events.add(batch);
  await events.flush();
  clock().after(config().RELAYED_EVENTS_TTL_SECONDS, () => {
    removeEvents(key).catch((error: unknown) => log().warn(errorFacts(error), "a relayed log could not be removed"));
  });
}
