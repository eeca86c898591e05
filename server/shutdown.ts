import type { Server } from "node:http";
import type { Socket } from "node:net";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { pauseWorkers } from "#server/jobs/worker";
import { errorFacts, log } from "#server/log";
import { cancelRuns, whenIdle } from "#server/services/responses/active-runs";

export interface ShutdownParts {
  server: Server;
  webSockets: { retire(): void };
  closeParts(): Promise<void>;
}

/** A cancelled run has this long to store what it has; one that does not listen is not waited for. */
const CANCEL_PATIENCE_MS = 5_000;
/** What closing may take after that, before the process ends without it. */
const CLOSE_PATIENCE_MS = 15_000;

/** npm hands a terminal's Ctrl-C on to a process that has had it from the terminal already. */
const REPEAT_MS = 500;

async function endRuns(): Promise<void> {
  const late = Promise.withResolvers<void>();
  let stopTimer = clock().after(config().SHUTDOWN_GRACE_SECONDS, () => {
    cancelRuns();
    stopTimer = clock().after(CANCEL_PATIENCE_MS, late.resolve);
  });
  await Promise.race([whenIdle(), late.promise]);
  stopTimer();
}

async function shutDown({ server, webSockets, closeParts }: ShutdownParts, sockets: Set<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  webSockets.retire();
  // A response that is queued now is another node's, or this one's after its restart.
  pauseWorkers();
  await endRuns();
  // A kept-alive connection with no request on it must not hold the process.
  server.closeIdleConnections();
  const cut = clock().after(1000, () => {
    for (const socket of [...sockets]) socket.destroy();
  });
  await closed;
  cut();
  await closeParts();
}

/**
 * On SIGTERM or SIGINT: stop accepting, let running responses finish for the grace time and cancel the rest,
 * flush traces, close the database. A second signal ends the process at once.
 */
export function installShutdown(parts: ShutdownParts): void {
  // All of them: those that became WebSockets, ours or the development server's, the server no longer counts as its own.
  const sockets = new Set<Socket>();
  parts.server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  let interruptedAt: number | null = null;
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    const now = clock().now();
    const repeated = signal === "SIGINT" && interruptedAt !== null && now - interruptedAt < REPEAT_MS;
    if (signal === "SIGINT") interruptedAt ??= now;
    if (repeated) return;
    if (stopping) process.exit(1);
    stopping = true;
    log().info({ signal }, "shutting down");
    clock().after(config().SHUTDOWN_GRACE_SECONDS + CANCEL_PATIENCE_MS + CLOSE_PATIENCE_MS, () => {
      log().error("shutdown takes too long; ending without it");
      process.exit(1);
    });
    shutDown(parts, sockets).then(
      () => process.exit(0),
      (error: unknown) => {
        log().error(errorFacts(error), "shutdown failed");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}
