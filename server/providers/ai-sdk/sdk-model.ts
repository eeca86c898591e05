import type {
  LanguageModelV4,
  LanguageModelV4Message,
  LanguageModelV4StreamPart,
  SharedV4ProviderOptions,
} from "@ai-sdk/provider";
import { AppError, isAppError } from "#server/errors";
import { abortReason } from "#server/outbound/exchange";
import { refusalIn } from "#server/outbound/pools";
import { toCallOptions } from "#server/providers/ai-sdk/call-options";
import { convertPrompt } from "#server/providers/ai-sdk/convert-prompt";
import { PartDecoder } from "#server/providers/ai-sdk/decode-parts";
import { rehearse } from "#server/providers/ai-sdk/rehearse";
import { createSdkFetch } from "#server/providers/ai-sdk/sdk-fetch";
import { heedWarnings } from "#server/providers/ai-sdk/warnings";
import type { Connection, LanguageModel, ModelEvent, ModelRequest } from "#server/providers/provider";
import type { WireCapabilities } from "#server/providers/shared/capability";
import { holdTo } from "#server/providers/shared/demands";
import { type JsonObject, objectOf } from "#server/providers/shared/json";
import { readRetryAfter } from "#server/providers/shared/upstream";
import { readErrorText, redact, toProviderError, toStreamError } from "#server/providers/shared/upstream-error";

/** What differs between the vendors that the AI SDK speaks to. */
export interface SdkVendor {
  /** What its wire has a place for; everything else is refused before the package is asked. */
  capabilities: WireCapabilities;
  /** Loads the vendor's package and makes the model; the fetch given must be the one it uses. */
  open(connection: Connection, modelId: string, fetch: typeof globalThis.fetch): Promise<LanguageModelV4>;
  /** The vendor's own options for a request. */
  options(request: ModelRequest): SharedV4ProviderOptions;
  /** True where JSON can be asked for by a schema only. */
  needsSchema?: true;
  /** What the vendor shows of its reasoning is all of it, and it wants that of the turn under way back. */
  rawReasoning?: true;
  /** What tells the vendor that a part ends a prefix for its cache to keep; null where the model has no such cache. */
  cacheMark?(modelId: string): SharedV4ProviderOptions | null;
  /** The prompt as the vendor takes it. Throws an AppError for what it cannot be asked. */
  adaptPrompt?(
    prompt: LanguageModelV4Message[],
    request: ModelRequest,
    connection: Connection,
  ): LanguageModelV4Message[];
  /** Puts into the body that the package made what the package leaves out. */
  completeBody?(body: JsonObject, request: ModelRequest, prompt: LanguageModelV4Message[]): JsonObject;
  /** What the package loses of one event of the vendor's stream. Throws the vendor's errors. */
  readRaw?(value: unknown, connection: Connection): ModelEvent[];
}

/** A vendor's model, by one of a team's connections. */
export interface SdkCall {
  vendor: SdkVendor;
  connection: Connection;
  modelId: string;
}

/** An error of the packages themselves, as their errors name what they know. */
interface SdkError extends Error {
  statusCode?: number;
  responseBody?: string;
  responseHeaders?: Record<string, string>;
  /** What could not be understood. */
  value?: unknown;
}

/** Whatever a package threw, as one of our errors; the signal's reason when it has aborted. */
export function toSdkError(error: unknown, connection: Connection, signal: AbortSignal): Error {
  if (signal.aborted) return abortReason(signal);
  const known = isAppError(error) ? error : refusalIn(error);
  if (known) return known;
  if (!(error instanceof Error)) return toStreamError(error, connection);
  const { statusCode, responseBody, responseHeaders, value }: SdkError = error;
  if (statusCode !== undefined) {
    const failure = {
      status: statusCode,
      body: responseBody || error.message,
      retryAfterMs: readRetryAfter(responseHeaders ?? {}),
    };
    return toProviderError(failure, connection);
  }
  if (error.name === "AI_TypeValidationError" && readErrorText(JSON.stringify(value ?? null)) !== "") {
    return toStreamError(objectOf(value)?.error ?? value, connection);
  }
  const unsupported = /^AI_(UnsupportedFunctionality|InvalidPrompt|InvalidArgument)Error$/.test(error.name);
  const message = redact(error.message, connection);
  const detail = { provider: connection.name, reason: error.name };
  return unsupported
    ? new AppError("invalid_request", `The provider "${connection.name}" cannot take this request: ${message}`, {
        detail,
      })
    : new AppError("provider_error", `The provider "${connection.name}" failed: ${message}`, { detail, cause: error });
}

type Reader = ReadableStreamDefaultReader<LanguageModelV4StreamPart>;
type ReadResult = Awaited<ReturnType<Reader["read"]>>;

const LATER = Symbol("later");

/** One array of parts per upstream read: all that is ready without waiting for the socket. */
async function* batches(reader: Reader): AsyncGenerator<LanguageModelV4StreamPart[]> {
  const read = () => {
    const result = reader.read();
    // Whoever stops reading leaves one read behind; its failure is nobody's then.
    result.catch(() => undefined);
    return result;
  };
  let next = read();
  for (;;) {
    const parts: LanguageModelV4StreamPart[] = [];
    let result: ReadResult | typeof LATER = await next;
    while (result !== LATER && !result.done) {
      parts.push(result.value);
      next = read();
      result = await Promise.race([next, new Promise<typeof LATER>((resolve) => setImmediate(resolve, LATER))]);
    }
    if (parts.length > 0) yield parts;
    if (result !== LATER) return;
  }
}

async function* decode(reader: Reader, request: ModelRequest, call: SdkCall): AsyncGenerator<ModelEvent[]> {
  const { vendor, connection } = call;
  const decoder = new PartDecoder({
    rawReasoning: vendor.rawReasoning === true,
    readRaw: vendor.readRaw && ((value) => vendor.readRaw?.(value, connection) ?? []),
  });
  for await (const parts of batches(reader)) {
    const events: ModelEvent[] = [];
    for (const part of parts) {
      if (part.type === "stream-start") heedWarnings(part.warnings, request, call);
      else decoder.push(part, events);
    }
    if (events.length > 0) yield events;
  }
  if (decoder.complete) return;
  throw new AppError(
    "provider_error",
    `The provider "${connection.name}" ended its stream before the answer was complete.`,
    {
      detail: { provider: connection.name },
    },
  );
}

type Fetch = typeof globalThis.fetch;

/** Changes the JSON body of each request on its way out. */
function changing(fetch: Fetch, change: (body: JsonObject) => JsonObject): Fetch {
  return (input, init) => {
    const body = typeof init?.body === "string" ? objectOf(JSON.parse(init.body)) : null;
    return fetch(input, body === null ? init : { ...init, body: JSON.stringify(change(body)) });
  };
}

/** Asks the package; `send` is its way out. */
async function start({ vendor, connection, modelId }: SdkCall, request: ModelRequest, send: Fetch): Promise<Reader> {
  const { completeBody, adaptPrompt, readRaw, needsSchema = false } = vendor;
  const form = { echoesReasoning: vendor.rawReasoning === true, cacheMark: vendor.cacheMark?.(modelId) ?? null };
  const converted = convertPrompt(request.input, request.instructions, form);
  const prompt = adaptPrompt?.(converted, request, connection) ?? converted;
  const fetch = completeBody ? changing(send, (body) => completeBody(body, request, prompt)) : send;
  const model = await vendor.open(connection, modelId, fetch);
  const options = toCallOptions(request, { providerOptions: vendor.options(request), prompt, needsSchema });
  const { stream } = await model.doStream(readRaw ? { ...options, includeRawChunks: true } : options);
  return stream.getReader();
}

/** A model behind one of the AI SDK's provider packages, over our own way out. */
export function createSdkModel(vendor: SdkVendor, connection: Connection, modelId: string): LanguageModel {
  const call: SdkCall = { vendor, connection, modelId };
  return holdTo(vendor.capabilities, connection, {
    modelId,
    refusal: (question) => rehearse(call, question, (request, send) => start(call, request, send)),
    async *stream(request) {
      const stop = new AbortController();
      const signal = AbortSignal.any([request.signal, stop.signal]);
      try {
        const send = createSdkFetch(connection, { ...request, signal });
        yield* decode(await start(call, { ...request, signal }, send), request, call);
      } catch (error) {
        throw toSdkError(error, connection, request.signal);
      } finally {
        // Closes the socket of an answer that is not read to its end, whatever the package holds of it.
        stop.abort();
      }
    },
  });
}
