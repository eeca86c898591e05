import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { clock } from "#server/clock";
import { AppError } from "#server/errors";

/** Bytes waiting for the reader beyond which the socket is not read on. */
const HIGH_WATER_BYTES = 1024 * 1024;

export type OutboundMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface ExchangeRequest {
  method: OutboundMethod;
  path: string;
  headers: Record<string, string>;
  body: string | Buffer | null;
}

/** Why a signal has aborted, as an error. */
export function abortReason({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new AppError("cancelled", "The request was cancelled.");
}

/**
 * One HTTP exchange over an undici dispatcher, read chunk by chunk without a stream in between (a Readable costs half
 * of a streamed answer's CPU here). `abort` closes the socket.
 */
export class Exchange {
  readonly started: Promise<void>;
  status = 0;
  headers: IncomingHttpHeaders = {};
  private readonly chunks: Buffer[] = [];
  private waitingBytes = 0;
  private ended = false;
  private discarding = false;
  private failure: Error | null = null;
  private controller: Dispatcher.DispatchController | null = null;
  private wake: (() => void) | null = null;
  private cancelGrace: (() => void) | null = null;
  private readonly rejectStart: (reason: Error) => void;

  constructor(dispatcher: Pick<Dispatcher, "dispatch">, request: ExchangeRequest) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.started = promise;
    this.rejectStart = reject;
    this.started.catch(() => undefined);
    dispatcher.dispatch(
      { ...request },
      {
        onRequestStart: (controller) => {
          this.controller = controller;
          if (this.failure) controller.abort(this.failure);
        },
        onResponseStart: (_controller, status, headers) => {
          // 1xx answers only announce the real one.
          if (status < 200) return;
          this.status = status;
          this.headers = headers;
          resolve();
        },
        onResponseData: (controller, chunk) => {
          if (this.discarding) return;
          this.chunks.push(chunk);
          this.waitingBytes += chunk.length;
          if (this.waitingBytes > HIGH_WATER_BYTES) controller.pause();
          this.notify();
        },
        onResponseEnd: () => {
          this.ended = true;
          this.cancelGrace?.();
          this.notify();
        },
        onResponseError: (_controller, error) => {
          this.failure ??= error;
          this.cancelGrace?.();
          reject(this.failure);
          this.notify();
        },
      },
    );
  }

  private notify(): void {
    const wake = this.wake;
    this.wake = null;
    wake?.();
  }

  /** True while bytes wait to be read: the other side is not the silent one. */
  get hasUnread(): boolean {
    return this.chunks.length > 0;
  }

  /** All bytes that have arrived since the last read; null at the end. Rejects when the exchange failed. */
  async read(): Promise<Buffer | null> {
    while (this.chunks.length === 0) {
      if (this.failure) throw this.failure;
      if (this.ended) return null;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const first = this.chunks[0];
    const bytes = this.chunks.length === 1 && first ? first : Buffer.concat(this.chunks);
    this.chunks.length = 0;
    if (this.waitingBytes > HIGH_WATER_BYTES) this.controller?.resume();
    this.waitingBytes = 0;
    return bytes;
  }

  /**
   * Throws away what still comes, so that the socket can serve again; closes it when that takes longer than `graceMs`.
   * The timer goes with the answer's end: it would keep the whole request in memory.
   */
  release(graceMs: number): void {
    this.discarding = true;
    this.chunks.length = 0;
    if (this.waitingBytes > HIGH_WATER_BYTES) this.controller?.resume();
    this.waitingBytes = 0;
    if (this.ended || this.failure) return;
    this.cancelGrace = clock().after(graceMs, () => this.abort(new AppError("cancelled", "The answer did not end.")));
  }

  /** Ends the exchange and closes its socket; what is read afterwards rejects with `reason`. */
  abort(reason: Error): void {
    if (this.ended || this.failure) return;
    this.failure = reason;
    this.cancelGrace?.();
    this.chunks.length = 0;
    this.rejectStart(reason);
    this.controller?.abort(reason);
    this.notify();
  }
}
