import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { logUnexpected } from "#server/api/error-response";
import { formatDuration } from "#server/api/rate-limit";
import { type Inbox, openInbox, type Waiting } from "#server/api/websocket/inbox";
import { type MessageWriter, messageWriter } from "#server/api/websocket/message-writer";
import { watchPeer } from "#server/api/websocket/watch-peer";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { AppError, toAppError } from "#server/errors";

/** How a connection ends: RFC 6455's close code, a reason of at most 123 bytes, and the error said before it, if any. */
export interface Ending {
  code: number;
  reason: string;
  error?: AppError;
}

/** One message's turn: nothing else runs on its connection meanwhile. */
export interface Turn {
  message: Waiting;
  writer: MessageWriter;
  /** Aborted, with an AppError for a reason, when the connection is closed. */
  signal: AbortSignal;
}

export interface ConnectionOptions {
  socket: WebSocket;
  /** The stream beneath the socket. */
  stream: Duplex;
  /** Answers one message with all its messages. Resolves to how the connection must end after it, or null. Never throws. */
  runTurn(turn: Turn): Promise<Ending | null>;
  /** The message that tells of an error outside any turn. */
  tell(error: AppError): string;
  onClosed(): void;
}

const NOTHING_PENDING = { add() {}, remove() {} };

function tooOld(): Ending {
  const limit = formatDuration(config().WEBSOCKET_MAX_AGE_SECONDS);
  const message = `This connection has reached its limit of ${limit}. Open a new one to go on.`;
  return {
    code: 1001,
    reason: "connection limit reached",
    error: new AppError("websocket_connection_limit_reached", message),
  };
}

/**
 * One client's WebSocket: answers its messages one after another, in the order they came. An end that the server
 * decides on waits for the turn under way; a peer that leaves aborts it.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #writer: MessageWriter;
  readonly #inbox: Inbox;
  readonly #stops: (() => void)[];
  #turn: AbortController | null = null;
  #ending: Ending | null = null;

  constructor(options: ConnectionOptions) {
    const { socket, stream } = options;
    this.#options = options;
    this.#writer = messageWriter(socket, stream);
    this.#inbox = openInbox({
      socket,
      stream,
      onMessage: () => void this.#work(),
      onOverload: () => {
        socket.close(1013, "the server is busy");
        socket.terminate();
      },
    });
    this.#stops = [
      watchPeer(socket, stream),
      clock().after(config().WEBSOCKET_MAX_AGE_SECONDS, () => this.end(tooOld())),
    ];
    // A broken frame or one over the maximum: the library closes with the code that says so.
    socket.on("error", () => {});
    socket.on("close", () => this.#closed());
  }

  /** Ends the connection once the turn under way is over. What waits behind it is not answered. */
  end(ending: Ending): void {
    if (this.#ending) return;
    this.#ending = ending;
    if (!this.#turn) this.#close(ending);
  }

  async #work(): Promise<void> {
    if (this.#turn) return;
    for (let message = this.#next(); message; message = this.#next()) {
      this.#turn = new AbortController();
      try {
        const ending = await this.#options.runTurn({
          message,
          writer: this.#writer,
          signal: this.#turn.signal,
        });
        // Only now: an end decided on meanwhile stands.
        this.#ending ??= ending;
      } catch (error) {
        logUnexpected(toAppError(error), undefined);
        this.#ending = { code: 1011, reason: "internal error" };
      }
      this.#inbox.release(message);
      this.#turn = null;
    }
    if (this.#ending) this.#close(this.#ending);
  }

  #next(): Waiting | null {
    const { socket } = this.#options;
    return this.#ending || socket.readyState !== socket.OPEN ? null : this.#inbox.next();
  }

  #close({ code, reason, error }: Ending): void {
    if (error) void this.#writer.write([this.#options.tell(error)], NOTHING_PENDING);
    this.#inbox.close();
    this.#options.socket.close(code, reason);
  }

  #closed(): void {
    for (const stop of this.#stops) stop();
    this.#inbox.close();
    this.#turn?.abort(new AppError("cancelled", "The client closed the connection."));
    this.#options.onClosed();
  }
}
