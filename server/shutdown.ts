import type { Server } from "node:http";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { log } from "#server/log";
import { cancelRuns, whenIdle } from "#server/services/responses/active-runs";

export interface ShutdownParts {
  server: Server;
  closeParts(): Promise<void>;
}

async function shutDown({ server, closeParts }: ShutdownParts): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const stopWaiting = clock().after(config().SHUTDOWN_GRACE_SECONDS, cancelRuns);
  await whenIdle();
  stopWaiting();
  // A kept-alive connection with no request on it must not hold the process.
  server.closeIdleConnections();
  const cut = clock().after(1000, () => server.closeAllConnections());
  await closed;
  cut();
  await closeParts();
}

/**
 * On SIGTERM or SIGINT: stop accepting, let running responses finish for the grace time and cancel the rest,
 * flush traces, close the database. A second signal ends the process at once.
 */
export function installShutdown(parts: ShutdownParts): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    log().info({ signal }, "shutting down");
    shutDown(parts).then(
      () => process.exit(0),
      (error: unknown) => {
        log().error({ err: error }, "shutdown failed");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}
