import { AppError } from "#server/errors";
import { openUpstream, type UpstreamCall } from "#server/providers/shared/upstream";

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Sends one request to a vendor and reads its answer as JSON.
 * @throws what `openUpstream` throws, and AppError provider_error for an answer that is no JSON or beyond 64 MiB
 */
export async function fetchJson(call: UpstreamCall): Promise<unknown> {
  const upstream = await openUpstream(call);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for (let chunk = await upstream.read(); chunk !== null && bytes <= MAX_BYTES; chunk = await upstream.read()) {
      chunks.push(chunk);
      bytes += chunk.length;
    }
  } finally {
    upstream.close();
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new AppError("provider_error", `The provider "${call.connection.name}" sent an answer that is no JSON.`, {
      detail: { provider: call.connection.name, status: upstream.status },
    });
  }
}
