import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { PendingBytes } from "#server/api/event-stream";
import { whenTaken } from "#server/api/slow-reader";

/** The way out of one connection. */
export interface MessageWriter {
  /**
   * Sends messages, those of one upstream read in one write, and waits for a reader that is behind; one that takes
   * nothing for too long is cut off. Once the connection is closed, messages are dropped.
   */
  write(messages: readonly string[], pending: PendingBytes): Promise<void>;
}

/** The writer of a WebSocket; `stream` is the one beneath it. */
export function messageWriter(socket: WebSocket, stream: Duplex): MessageWriter {
  const unsent = () => stream.writableLength;
  return {
    async write(messages, pending) {
      if (socket.readyState !== socket.OPEN) return;
      stream.cork();
      for (const message of messages) socket.send(message);
      stream.uncork();
      if (!stream.writableNeedDrain) return;
      const waiting = unsent();
      pending.add(waiting);
      await whenTaken({ stream, unsent }, "drain");
      pending.remove(waiting);
    },
  };
}
