import type { Connection, ModelAttempt } from "#server/providers/provider";
import { openUpstream } from "#server/providers/shared/upstream";

interface SdkFetchOptions {
  signal: AbortSignal;
  onAttempt?: ((attempt: ModelAttempt) => void) | undefined;
  maxAttempts?: number | undefined;
  once?: boolean | undefined;
  firstByteMs?: number | undefined;
}

function bodyOf(init: RequestInit | undefined): string | null {
  return typeof init?.body === "string" ? init.body : null;
}

function singleHeaders(headers: Record<string, string | string[] | undefined>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
  );
}

/**
 * A `fetch` for the AI SDK's provider packages that goes the way of all our requests: pools, outbound guard, timeouts,
 * retries and one form of errors. Rejects with AppErrors; never resolves with a refusal.
 */
export function createSdkFetch(connection: Connection, options: SdkFetchOptions): typeof fetch {
  const { signal, onAttempt, maxAttempts, once, firstByteMs } = options;
  return async (input, init) => {
    const upstream = await openUpstream({
      connection,
      url: input instanceof Request ? input.url : String(input),
      method: init?.method === "GET" ? "GET" : "POST",
      headers: Object.fromEntries(new Headers(init?.headers)),
      body: bodyOf(init),
      signal,
      onAttempt,
      maxAttempts,
      once,
      firstByteMs,
    });
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const bytes = await upstream.read();
        if (bytes !== null) {
          controller.enqueue(bytes);
          return;
        }
        upstream.close();
        controller.close();
      },
      cancel: () => upstream.close(),
    });
    return new Response(body, { status: upstream.status, headers: singleHeaders(upstream.headers) });
  };
}
