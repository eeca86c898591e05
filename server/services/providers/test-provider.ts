import { z } from "zod";
import { requirePermission } from "#server/auth/permissions";
import { clock } from "#server/clock";
import { config } from "#server/config";
import { findConnection, updateConnection } from "#server/db/connections";
import { AppError, toAppError } from "#server/errors";
import type { Connection, ModelInfo, Wire } from "#server/providers/provider";
import { createProvider } from "#server/providers/registry";
import type { ServiceContext } from "#server/services/context";
import { fixedConnections } from "#server/services/models/environment-connections";
import { rememberModels } from "#server/services/models/known-models";
import { forgetTeamModels, toConnection } from "#server/services/models/team-models";
import { ConnectionKind, ConnectionSettings, requireBaseUrl } from "#server/services/providers/connection-rules";
import { requireConnection } from "#server/services/providers/update-provider";
import { changeSettings, packSecret } from "#server/services/providers/vendor-credential";

/** A saved connection, or one about to be saved. */
export const TestProviderInput = z.union([
  z.object({ id: z.string().max(100) }),
  ConnectionSettings.omit({ name: true, models: true }).partial().extend({ kind: ConnectionKind }),
]);

type Input = z.infer<typeof TestProviderInput>;

export interface ProviderTest {
  ok: boolean;
  /** Of the whole call. */
  latencyMs: number;
  models: Pick<ModelInfo, "id" | "kind">[];
  /** Which of OpenAI's two APIs it is asked by; null where there is no such choice, or nothing was learnt. */
  wire: Exclude<Wire, "auto"> | null;
  /** What went wrong, in the provider's own words where it said any. */
  error: { code: string; message: string } | null;
}

const TIMEOUT_MS = 15_000;
const MAX_NOTE = 500;

async function openConnection(ctx: ServiceContext, input: Input): Promise<{ connection: Connection; saved: boolean }> {
  const { principal } = ctx;
  if ("kind" in input) {
    const baseUrl = await requireBaseUrl(input.kind, input.baseUrl ?? null, principal);
    const isOwner = principal.type === "user" && principal.role === "owner";
    const draft: Connection = {
      id: "draft",
      name: "provider",
      kind: input.kind,
      baseUrl,
      apiKey: packSecret(input.kind, input) ?? null,
      settings: changeSettings(input.kind, {}, input),
      wire: input.wire ?? "auto",
      models: [],
      trusted: false,
      allowLoopback: isOwner,
    };
    return { connection: draft, saved: false };
  }
  const fixed = fixedConnections().find((connection) => connection.id === input.id);
  if (fixed) return { connection: fixed, saved: false };
  const row = requireConnection(await findConnection({ teamId: principal.teamId, id: input.id }));
  return { connection: toConnection(row), saved: true };
}

async function ask(connection: Connection, signal: AbortSignal): Promise<Pick<ProviderTest, "models" | "wire">> {
  const stop = new AbortController();
  const timeoutMs = Math.min(TIMEOUT_MS, config().PROVIDER_FIRST_BYTE_TIMEOUT_SECONDS);
  const cancel = clock().after(timeoutMs, () =>
    stop.abort(new AppError("provider_timeout", `The provider did not answer within ${timeoutMs / 1000} s.`)),
  );
  try {
    const both = AbortSignal.any([signal, stop.signal]);
    const provider = createProvider(connection);
    const models = (await provider.listModels?.(both)) ?? [];
    rememberModels(connection, models);
    const wire = (await provider.findWire?.(both)) ?? null;
    return { models: models.map(({ id, kind }) => ({ id, kind })), wire };
  } finally {
    cancel();
  }
}

/**
 * Asks a provider for its models and which API it speaks, and tells how long it took, or what went wrong. The outcome is kept with a saved
 * connection. Refusals of the address itself are thrown, as saving it would.
 * @throws AppError not_found, outbound_not_allowed, missing_required_parameter, permission_denied
 */
export async function testProvider({ ctx, input }: { ctx: ServiceContext; input: Input }): Promise<ProviderTest> {
  requirePermission(ctx.principal, "providers.manage");
  const { connection, saved } = await openConnection(ctx, input);
  const startedAt = clock().now();
  const outcome: ProviderTest = { ok: true, latencyMs: 0, models: [], wire: null, error: null };
  try {
    Object.assign(outcome, await ask(connection, ctx.signal));
  } catch (error) {
    const { code, message } = toAppError(error);
    outcome.ok = false;
    outcome.error = { code, message };
  }
  outcome.latencyMs = clock().now() - startedAt;
  if (saved) await keepOutcome(ctx, connection, outcome);
  return outcome;
}

async function keepOutcome(ctx: ServiceContext, connection: Connection, outcome: ProviderTest): Promise<void> {
  const { teamId } = ctx.principal;
  const note = outcome.error?.message ?? `${outcome.models.length} models, ${outcome.latencyMs} ms`;
  const change = { lastTestAt: new Date(clock().now()), lastTestOk: outcome.ok, lastTestNote: note.slice(0, MAX_NOTE) };
  await updateConnection({ teamId, id: connection.id, change });
  await forgetTeamModels(teamId);
}
