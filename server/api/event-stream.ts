import type { ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { answerHeadersOf } from "#server/api/answer";
import { type QuietWatch, whenQuiet } from "#server/api/quiet";
import type { ApiRequest } from "#server/api/route";
import { type Outflow, whenTaken } from "#server/api/slow-reader";
import { config } from "#server/config";

const HEARTBEAT = ": keep-alive\n\n";
const LAST_FRAME = "data: [DONE]\n\n";

/** Where bytes that the reader has not taken yet are counted. */
export interface PendingBytes {
  add(bytes: number): void;
  remove(bytes: number): void;
}

export interface EventStreamSource {
  /** Whole SSE frames; each string holds all frames of one upstream read and goes out in one write. */
  frames: AsyncIterable<string>;
  pending: PendingBytes;
}

/** One server-sent event as text: LF only, `event` equal to the data's `type`, one data line. */
export function sseFrame(type: string, json: string): string {
  return `event: ${type}\ndata: ${json}\n\n`;
}

function streamHeaders(request: ApiRequest): Record<string, string> {
  return {
    ...answerHeadersOf(request),
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
  };
}

function heartbeat(beat: () => void): QuietWatch {
  return whenQuiet(config().SSE_HEARTBEAT_SECONDS, beat);
}

function outflowOf(outgoing: ServerResponse): Outflow {
  return { stream: outgoing, unsent: () => outgoing.writableLength + (outgoing.socket?.writableLength ?? 0) };
}

async function writeAndWait(outgoing: ServerResponse, text: string, pending: PendingBytes): Promise<void> {
  if (outgoing.write(text)) return;
  const outflow = outflowOf(outgoing);
  const waiting = outflow.unsent();
  pending.add(waiting);
  await whenTaken(outflow, "drain");
  pending.remove(waiting);
}

async function streamToNode(request: ApiRequest, outgoing: ServerResponse, source: EventStreamSource): Promise<void> {
  outgoing.writeHead(200, streamHeaders(request));
  let blocked = false;
  const beats = heartbeat(() => {
    // A reader that is behind has frames waiting; a heartbeat would only add to them.
    if (!blocked && !outgoing.destroyed) outgoing.write(HEARTBEAT);
  });
  try {
    for await (const frames of source.frames) {
      // The source is read to its end also when nobody listens any more: it stores what there is.
      if (outgoing.destroyed) continue;
      beats.touch();
      blocked = true;
      await writeAndWait(outgoing, frames, source.pending);
      blocked = false;
    }
  } finally {
    beats.stop();
  }
  if (outgoing.destroyed) return;
  outgoing.end(LAST_FRAME);
  const outflow = outflowOf(outgoing);
  const waiting = outflow.unsent();
  source.pending.add(waiting);
  await whenTaken(outflow, "finish");
  source.pending.remove(waiting);
}

function streamToWeb(request: ApiRequest, source: EventStreamSource): Response {
  const encoder = new TextEncoder();
  const iterator = source.frames[Symbol.asyncIterator]();
  let beats: QuietWatch | null = null;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      beats = heartbeat(() => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(HEARTBEAT));
      });
    },
    async pull(controller) {
      try {
        const next = await iterator.next();
        beats?.touch();
        controller.enqueue(encoder.encode(next.done ? LAST_FRAME : next.value));
        if (!next.done) return;
        beats?.stop();
        controller.close();
      } catch (error) {
        beats?.stop();
        controller.error(error);
      }
    },
    async cancel() {
      beats?.stop();
      request.abandon();
      while (!(await iterator.next()).done);
    },
  });
  return new Response(body, { headers: streamHeaders(request) });
}

/**
 * Answers with a stream of server-sent events, ended by `[DONE]`. On Node's own response it writes straight to the
 * socket, waits for a slow reader, and resolves when the stream is over; inside Next it returns a web stream at once.
 * When the client leaves, `request.ctx.signal` aborts and the source is read to its end.
 */
export async function answerEventStream(request: ApiRequest, source: EventStreamSource): Promise<Response> {
  if (!request.outgoing) return streamToWeb(request, source);
  await streamToNode(request, request.outgoing, source);
  return RESPONSE_ALREADY_SENT;
}
