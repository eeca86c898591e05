import { AppError } from "#server/errors";
import { buildChatRequest } from "#server/providers/openai-compatible/build-request";
import { chatCapabilities } from "#server/providers/openai-compatible/capabilities";
import { parseChunk } from "#server/providers/openai-compatible/chat-chunk";
import { ChatDecoder } from "#server/providers/openai-compatible/decode-chat";
import { DeltaTemplate } from "#server/providers/openai-compatible/delta-template";
import { quirksOf } from "#server/providers/openai-compatible/quirks";
import type { Connection, LanguageModel, ModelEvent, ModelRequest } from "#server/providers/provider";
import { holdTo } from "#server/providers/shared/demands";
import { endpoint, requestHeaders } from "#server/providers/shared/endpoint";
import { SseParser } from "#server/providers/shared/sse-parser";
import { openUpstream, type Upstream } from "#server/providers/shared/upstream";
import { redact, toStreamError } from "#server/providers/shared/upstream-error";

const DONE = "[DONE]";
const MAX_JSON_BYTES = 64 * 1024 * 1024;

/** What is known of one answer while it is read. */
class ChatReader {
  readonly decoder = new ChatDecoder();
  private readonly template = new DeltaTemplate();
  private readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** Decodes the events of one read; true once the vendor said that it is done. Throws the vendor's own error. */
  read(datas: string[], events: ModelEvent[]): boolean {
    for (const data of datas) {
      const text = this.decoder.takesPlainText ? this.template.match(data) : null;
      if (text !== null) {
        if (text !== "") events.push({ type: "text", text });
        continue;
      }
      if (data === DONE) return true;
      // Some proxies keep a stream alive with empty events.
      if (data === "") continue;
      const chunk = parseChunk(data);
      if (chunk === null) throw brokenStream(this.connection, data);
      const error = chunk.error ?? chunk.x_groq?.error;
      if (error) throw toStreamError(error, this.connection);
      this.decoder.push(chunk, events);
      this.template.learn(data, chunk);
    }
    return false;
  }
}

function brokenStream(connection: Connection, data: string | null): AppError {
  const what =
    data === null ? "ended its stream before the answer was complete" : "sent something that is no chat completion";
  const body = data === null ? null : redact(data, connection).slice(0, 500);
  return new AppError("provider_error", `The provider "${connection.name}" ${what}.`, {
    detail: { provider: connection.name, status: 200, body },
  });
}

async function* readStream(upstream: Upstream, connection: Connection): AsyncGenerator<ModelEvent[]> {
  const parser = new SseParser();
  const reader = new ChatReader(connection);
  const { decoder } = reader;
  for (let ended = false; !ended; ) {
    const bytes = await upstream.read();
    const datas = bytes === null ? parser.finish() : parser.push(bytes);
    const events: ModelEvent[] = [];
    let done: boolean;
    try {
      done = reader.read(datas, events);
      if (bytes === null && !done && !decoder.stopped) throw brokenStream(connection, null);
    } catch (error) {
      // What was said before the failure is passed on all the same.
      if (events.length > 0) yield events;
      throw error;
    }
    ended = done || bytes === null;
    if (ended) decoder.finish(events);
    if (events.length > 0) yield events;
  }
}

/** A server that ignores `stream` answers with one JSON body: the same events, in one array. */
async function readWhole(upstream: Upstream, first: Buffer, connection: Connection): Promise<ModelEvent[]> {
  const chunks = [first];
  let bytes = first.length;
  for (let chunk = await upstream.read(); chunk !== null; chunk = await upstream.read()) {
    bytes += chunk.length;
    if (bytes > MAX_JSON_BYTES) throw brokenStream(connection, "");
    chunks.push(chunk);
  }
  const reader = new ChatReader(connection);
  const events: ModelEvent[] = [];
  reader.read([Buffer.concat(chunks).toString("utf8")], events);
  reader.decoder.finish(events);
  return events;
}

async function* read(upstream: Upstream, connection: Connection): AsyncGenerator<ModelEvent[]> {
  const type = upstream.headers["content-type"];
  if (typeof type !== "string" || !type.includes("json") || type.includes("ndjson")) {
    yield* readStream(upstream, connection);
    return;
  }
  const first = await upstream.read();
  if (first === null) throw brokenStream(connection, null);
  yield await readWhole(upstream, first, connection);
}

/** A model behind `POST {base}/chat/completions`, streamed and parsed by ourselves. */
export function createChatModel(connection: Connection, modelId: string): LanguageModel {
  const quirks = quirksOf(connection);
  return holdTo(chatCapabilities, connection, {
    modelId,
    async *stream(request: ModelRequest) {
      const upstream = await openUpstream({
        connection,
        url: endpoint(connection, "/chat/completions"),
        method: "POST",
        headers: requestHeaders(connection),
        body: JSON.stringify(buildChatRequest(modelId, request, quirks)),
        signal: request.signal,
        onAttempt: request.onAttempt,
        maxAttempts: request.maxAttempts,
      });
      let complete = false;
      try {
        yield* read(upstream, connection);
        complete = true;
      } finally {
        if (complete) upstream.release();
        else upstream.close();
      }
    },
  });
}
