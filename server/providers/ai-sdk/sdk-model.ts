import type {
  LanguageModelV4,
  LanguageModelV4Message,
  LanguageModelV4StreamPart,
  SharedV4ProviderOptions,
} from "@ai-sdk/provider";
import { AppError, isAppError } from "#server/errors";
import { refusalIn } from "#server/outbound/pools";
import { toCallOptions } from "#server/providers/ai-sdk/call-options";
import { convertPrompt } from "#server/providers/ai-sdk/convert-prompt";
import { PartDecoder } from "#server/providers/ai-sdk/decode-parts";
import { createSdkFetch } from "#server/providers/ai-sdk/sdk-fetch";
import type { Connection, LanguageModel, ModelEvent, ModelRequest } from "#server/providers/provider";
import { type JsonObject, objectOf } from "#server/providers/shared/json";
import { readRetryAfter } from "#server/providers/shared/upstream";
import { readErrorText, redact, toProviderError, toStreamError } from "#server/providers/shared/upstream-error";

/** What differs between the vendors that the AI SDK speaks to. */
export interface SdkVendor {
  /** Loads the vendor's package and makes the model; the fetch given must be the one it uses. */
  open(connection: Connection, modelId: string, fetch: typeof globalThis.fetch): Promise<LanguageModelV4>;
  /** The vendor's own options for a request. */
  options(request: ModelRequest): SharedV4ProviderOptions;
  /** What the vendor shows of its reasoning is all of it, and it wants that of the turn under way back. */
  rawReasoning?: true;
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
  if (signal.aborted) {
    return signal.reason instanceof Error ? signal.reason : new AppError("cancelled", "The request was cancelled.");
  }
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

async function* decode(
  reader: Reader,
  { vendor, connection }: { vendor: SdkVendor; connection: Connection },
): AsyncGenerator<ModelEvent[]> {
  const decoder = new PartDecoder({
    rawReasoning: vendor.rawReasoning === true,
    readRaw: vendor.readRaw && ((value) => vendor.readRaw?.(value, connection) ?? []),
  });
  for await (const parts of batches(reader)) {
    const events: ModelEvent[] = [];
    for (const part of parts) decoder.push(part, events);
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

/** A model behind one of the AI SDK's provider packages, over our own way out. */
export function createSdkModel(vendor: SdkVendor, connection: Connection, modelId: string): LanguageModel {
  return {
    modelId,
    async *stream(request) {
      const stop = new AbortController();
      const signal = AbortSignal.any([request.signal, stop.signal]);
      try {
        const converted = convertPrompt(request.input, request.instructions, vendor.rawReasoning);
        const prompt = vendor.adaptPrompt?.(converted, request, connection) ?? converted;
        const send = createSdkFetch(connection, { ...request, signal });
        const { completeBody } = vendor;
        const fetch = completeBody ? changing(send, (body) => completeBody(body, request, prompt)) : send;
        const model = await vendor.open(connection, modelId, fetch);
        const options = toCallOptions({ ...request, signal }, { providerOptions: vendor.options(request), prompt });
        const { stream } = await model.doStream(vendor.readRaw ? { ...options, includeRawChunks: true } : options);
        yield* decode(stream.getReader(), { vendor, connection });
      } catch (error) {
        throw toSdkError(error, connection, request.signal);
      } finally {
        // Closes the socket of an answer that is not read to its end, whatever the package holds of it.
        stop.abort();
      }
    },
  };
}
