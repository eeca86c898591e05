import { AppError, isAppError } from "#server/errors";
import { buildResponsesRequest, OPTIONAL_FIELDS } from "#server/providers/openai-responses/build-request";
import { responsesCapabilities } from "#server/providers/openai-responses/capabilities";
import { itemIdsOf } from "#server/providers/openai-responses/convert-input";
import { type DecoderOptions, ResponseDecoder } from "#server/providers/openai-responses/decode-stream";
import { namespacedNames } from "#server/providers/openai-responses/namespaced-names";
import { quirksOf } from "#server/providers/openai-responses/quirks";
import { toRequestError, toResponseError } from "#server/providers/openai-responses/read-error";
import { learnRefusal, refusedFields } from "#server/providers/openai-responses/refused-fields";
import type { Connection, LanguageModel, ModelEvent, ModelRequest } from "#server/providers/provider";
import { holdTo } from "#server/providers/shared/demands";
import { endpoint, requestHeaders } from "#server/providers/shared/endpoint";
import { type JsonObject, objectOf } from "#server/providers/shared/json";
import { SseParser } from "#server/providers/shared/sse-parser";
import { openUpstream, type Upstream } from "#server/providers/shared/upstream";
import { redact } from "#server/providers/shared/upstream-error";

const DONE = "[DONE]";
const MAX_JSON_BYTES = 64 * 1024 * 1024;

function brokenStream(connection: Connection, data: string | null): AppError {
  const what = data === null ? "ended its stream before the answer was complete" : "sent something that is no response";
  const body = data === null ? null : redact(data, connection).slice(0, 500);
  return new AppError("provider_error", `The provider "${connection.name}" ${what}.`, {
    detail: { provider: connection.name, status: 200, body },
  });
}

function parseObject(data: string, connection: Connection): JsonObject {
  try {
    const value = objectOf(JSON.parse(data));
    if (value) return value;
  } catch {
    // Told below.
  }
  throw brokenStream(connection, data);
}

async function* readStream(upstream: Upstream, options: DecoderOptions): AsyncGenerator<ModelEvent[]> {
  const { connection } = options;
  const parser = new SseParser();
  const decoder = new ResponseDecoder(options);
  while (!decoder.ended) {
    const bytes = await upstream.read();
    const failure = decode(bytes === null ? parser.finish() : parser.push(bytes), decoder, connection);
    const events = decoder.take();
    if (events.length > 0) yield events;
    if (failure !== null) throw failure;
    if (bytes === null && !decoder.ended) throw brokenStream(connection, null);
  }
}

/** Decodes the events of one read. Returns the failure in them: what was said before it is passed on all the same. */
function decode(datas: readonly string[], decoder: ResponseDecoder, connection: Connection): unknown {
  try {
    for (const data of datas) {
      if (decoder.ended || data === "") continue;
      if (data !== DONE) decoder.push(parseObject(data, connection));
      else if (decoder.heard) decoder.endWithout();
      else throw brokenStream(connection, null);
    }
    return null;
  } catch (error) {
    return error;
  }
}

/** A server that ignores `stream` answers with one JSON body: the same events, in one array. */
async function readWhole(upstream: Upstream, options: DecoderOptions): Promise<ModelEvent[]> {
  const { connection } = options;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for (let chunk = await upstream.read(); chunk !== null; chunk = await upstream.read()) {
    bytes += chunk.length;
    if (bytes > MAX_JSON_BYTES) throw brokenStream(connection, "");
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  const response = parseObject(text, connection);
  if (response.error && response.object !== "response") throw toResponseError(response, connection);
  if (!Array.isArray(response.output)) throw brokenStream(connection, text);
  const decoder = new ResponseDecoder(options);
  decoder.end(response, "response.completed");
  return decoder.take();
}

async function* read(upstream: Upstream, options: DecoderOptions): AsyncGenerator<ModelEvent[]> {
  const type = upstream.headers["content-type"];
  if (typeof type === "string" && type.includes("json") && !type.includes("ndjson")) {
    yield await readWhole(upstream, options);
  } else {
    yield* readStream(upstream, options);
  }
}

/** Sends the request; once more without each optional field that the server turns out to refuse. */
async function open(connection: Connection, modelId: string, request: ModelRequest): Promise<Upstream> {
  const memory = `${connection.id} ${connection.baseUrl} ${modelId}`;
  const ids = itemIdsOf(request.input);
  for (let left: number = OPTIONAL_FIELDS.length; ; left -= 1) {
    const options = { quirks: quirksOf(connection), ids, refused: refusedFields(memory) };
    try {
      return await openUpstream({
        connection,
        url: endpoint(connection, "/responses"),
        method: "POST",
        headers: requestHeaders(connection),
        body: JSON.stringify(buildResponsesRequest(modelId, request, options)),
        signal: request.signal,
        onAttempt: request.onAttempt,
        maxAttempts: request.maxAttempts,
      });
    } catch (error) {
      const refused = isAppError(error) && (error.detail.status === 400 || error.detail.status === 422);
      if (!refused || left === 0 || !learnRefusal(memory, error)) throw toRequestError(error, connection);
    }
  }
}

/** A model behind `POST {base}/responses`, streamed and parsed by ourselves. */
export function createResponsesModel(connection: Connection, modelId: string): LanguageModel {
  return holdTo(responsesCapabilities, connection, {
    modelId,
    tellsSettings: true,
    runsTools: () => Promise.resolve(true),
    async *stream(request) {
      const upstream = await open(connection, modelId, request);
      const options = {
        connection,
        host: quirksOf(connection).host,
        ids: itemIdsOf(request.input),
        namespaced: namespacedNames(request),
      };
      let complete = false;
      try {
        yield* read(upstream, options);
        complete = true;
      } finally {
        if (complete) upstream.release();
        else upstream.close();
      }
    },
  });
}
