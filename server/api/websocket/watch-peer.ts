import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { clock } from "#server/clock";
import { config } from "#server/config";

/**
 * Pings a connection every WEBSOCKET_PING_SECONDS and ends it when nothing at all came back since the last ping.
 * While frames wait to be taken no ping joins them: a slow reader is the writer's concern. Returns how to stop.
 */
export function watchPeer(socket: WebSocket, stream: Duplex): () => void {
  let heard = true;
  let cancel = () => {};
  const hear = () => {
    heard = true;
  };
  stream.on("data", hear);
  const arm = () => {
    cancel = clock().after(config().WEBSOCKET_PING_SECONDS, () => {
      if (!heard) {
        socket.terminate();
        return;
      }
      if (stream.writableLength === 0) {
        heard = false;
        socket.ping();
      }
      arm();
    });
  };
  arm();
  return () => {
    cancel();
    stream.off("data", hear);
  };
}
