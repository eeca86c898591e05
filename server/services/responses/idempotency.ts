import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { secrets } from "#server/auth/secrets";
import { clock, sleep, unlessAborted } from "#server/clock";
import { config } from "#server/config";
import {
  claimIdempotencyKey,
  keepIdempotentAnswer,
  releaseIdempotencyKey,
  renewIdempotencyKey,
} from "#server/db/idempotency";
import { AppError } from "#server/errors";
import { errorFacts, log } from "#server/log";
import type { ResponseResource } from "#server/protocol/response";
import type { ServiceContext } from "#server/services/context";

/** A claim is renewed while its request runs; a node that died leaves it to the next one after this long. */
const LEASE_MS = 60_000;
const RENEW_MS = 20_000;
/** How often another node's run is asked after. */
const POLL_MS = 100;
const MAX_KEY_LENGTH = 255;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** What to do with a request that carries an Idempotency-Key. */
export type Idempotency =
  | { type: "replay"; response: ResponseResource }
  | { type: "run"; keep(response: ResponseResource): Promise<void>; giveUp(): Promise<void> };

interface Fingerprint {
  requestHash: string;
  /** Opens the kept answer. Only a caller with the same key and body can make it again. */
  sealKey: Buffer;
}

const holder = globalThis as typeof globalThis & { rejoinderIdempotentRuns?: Map<string, Promise<void>> };

/** Runs of this process by team and key, each until it is kept or given up. Bounded by the runs in flight. */
function ownRuns(): Map<string, Promise<void>> {
  holder.rejoinderIdempotentRuns ??= new Map();
  return holder.rejoinderIdempotentRuns;
}

function fingerprintOf(key: string, body: unknown): Fingerprint {
  const material = createHash("sha256").update(`${key}\n`).update(JSON.stringify(body)).digest();
  const { pepper } = secrets();
  return {
    requestHash: Buffer.from(hkdfSync("sha256", material, pepper, "idempotency.request", 32)).toString("hex"),
    sealKey: Buffer.from(hkdfSync("sha256", material, pepper, "idempotency.answer", 32)),
  };
}

// Sealed, because an answer must be repeatable also where nothing of it may be kept readable (`store: false`).
function seal(response: ResponseResource, key: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(response), "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

function unseal(sealed: Buffer, key: Buffer): ResponseResource {
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, IV_BYTES));
  decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const plain = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  return JSON.parse(plain.toString("utf8"));
}

function checkKey(key: string): void {
  if (key.length <= MAX_KEY_LENGTH && /^[\x21-\x7e]+$/.test(key)) return;
  throw new AppError(
    "invalid_value",
    `Invalid Idempotency-Key: expected 1 to ${MAX_KEY_LENGTH} printable ASCII characters without spaces.`,
    { param: "Idempotency-Key" },
  );
}

/** Renews the claim until stopped. */
function holdLease(at: { teamId: string; key: string }): () => void {
  let cancel = () => {};
  const arm = () => {
    cancel = clock().after(RENEW_MS, () => {
      // A renewal that fails is tried again at the next turn, well before the lease is over.
      renewIdempotencyKey({ ...at, leaseUntil: clock().now() + LEASE_MS }).catch(() => {});
      arm();
    });
  };
  arm();
  return () => cancel();
}

function openRun(at: { teamId: string; key: string }, sealKey: Buffer): Idempotency {
  const ref = `${at.teamId} ${at.key}`;
  let announce = () => {};
  ownRuns().set(ref, new Promise((resolve) => (announce = resolve)));
  const stopRenewing = holdLease(at);
  let settled = false;
  const settle = async (write: () => Promise<void>) => {
    if (settled) return;
    settled = true;
    stopRenewing();
    try {
      await write();
    } catch (error) {
      // The answer is stored and goes out all the same; the claim runs out by itself.
      log().warn(errorFacts(error), "an idempotency key was not settled");
    } finally {
      ownRuns().delete(ref);
      announce();
    }
  };
  return {
    type: "run",
    keep: (response) =>
      settle(() => {
        const expiresAt = clock().now() + config().IDEMPOTENCY_TTL_SECONDS;
        return keepIdempotentAnswer(at, { status: 200, body: seal(response, sealKey), expiresAt });
      }),
    giveUp: () => settle(() => releaseIdempotencyKey(at)),
  };
}

/**
 * Claims an Idempotency-Key for a request, or finds what the first request with it answered. While that one runs, on
 * whichever node, waits for it. A run that is given up frees the key for the next.
 * @throws AppError idempotency_key_reused (same key, other body); invalid_value (unusable key); database_unavailable;
 *   cancelled when the caller leaves while waiting
 */
export async function openIdempotency({
  ctx,
  input,
}: {
  ctx: ServiceContext;
  input: { key: string; body: unknown };
}): Promise<Idempotency> {
  checkKey(input.key);
  const at = { teamId: ctx.principal.teamId, key: input.key };
  const { requestHash, sealKey } = fingerprintOf(input.key, input.body);
  for (;;) {
    const now = clock().now();
    const earlier = await claimIdempotencyKey({ ...at, requestHash, now, leaseUntil: now + LEASE_MS });
    if (!earlier) return openRun(at, sealKey);
    if (earlier.requestHash !== requestHash) {
      throw new AppError(
        "idempotency_key_reused",
        "This Idempotency-Key was used with another request body. Use a new key for a new request.",
        { param: "Idempotency-Key" },
      );
    }
    if (earlier.body) return { type: "replay", response: unseal(earlier.body, sealKey) };
    const ownRun = ownRuns().get(`${at.teamId} ${at.key}`);
    await (ownRun === undefined ? sleep(POLL_MS, ctx.signal) : unlessAborted(ownRun, ctx.signal));
  }
}
