import { clock } from "#server/clock";
import { config } from "#server/config";
import { publish, subscribe } from "#server/db/notify";
import type { LogKey } from "#server/db/response-events";
import { errorFacts, log } from "#server/log";
import { findRun } from "#server/services/responses/active-runs";
import { relayRun } from "#server/services/responses/relay-run";

/** What one node may ask of whichever runs a response. */
export type Order = "stop" | "watch";

const CHANNEL = "run-orders";

function answerChannel(responseId: string): string {
  return `run-answer:${responseId}`;
}

/** Carries out other nodes' orders about runs of this process, from now on; the returned function ends that. */
export function listenForOrders(): () => void {
  return subscribe(CHANNEL, (payload) => {
    const [order, teamId = "", responseId = ""] = payload.split(" ");
    const run = findRun(teamId, responseId);
    if (!run) return;
    if (order === "stop") run.stop();
    else if (run.facts.keepsContent) relayRun(run);
    else return;
    send(answerChannel(responseId), order ?? "");
  });
}

/** Tells every node, without waiting for an answer. */
export function giveOrder(order: Order, { teamId, responseId }: LogKey): void {
  send(CHANNEL, `${order} ${teamId} ${responseId}`);
}

/**
 * Asks whichever node runs the response. False when none has answered within RUN_REPLY_SECONDS; at once on the embedded
 * database, where there are no other nodes.
 */
export async function askRunner(order: Order, key: LogKey): Promise<boolean> {
  if (config().embedded) return false;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const unsubscribe = subscribe(answerChannel(key.responseId), (answer) => {
    if (answer === order) resolve(true);
  });
  const cancel = clock().after(config().RUN_REPLY_SECONDS, () => resolve(false));
  giveOrder(order, key);
  try {
    return await promise;
  } finally {
    cancel();
    unsubscribe();
  }
}

function send(channel: string, payload: string): void {
  publish(channel, payload).catch((error: unknown) =>
    log().warn(errorFacts(error), "the other nodes could not be told"),
  );
}
