import { type AnyTRPCProcedure, callTRPCProcedure } from "@trpc/server";
import type { TrpcContext } from "#server/trpc/context";
import { appRouter } from "#server/trpc/root";

/** Every tRPC procedure by its path (`apiKeys.create`). */
export function allProcedures(): [string, AnyTRPCProcedure][] {
  const entries: [string, unknown][] = Object.entries(appRouter._def.procedures);
  return entries.map(([path, procedure]) => {
    if (!isProcedure(procedure)) throw new Error(`${path} is no procedure`);
    return [path, procedure];
  });
}

/** Calls a procedure as the HTTP route would, with whatever input; rejects with its TRPCError. */
export async function callPath(path: string, ctx: TrpcContext, input?: unknown): Promise<unknown> {
  const procedure = allProcedures().find(([name]) => name === path)?.[1];
  if (!procedure) throw new Error(`there is no procedure ${path}`);
  return callTRPCProcedure({
    router: appRouter,
    path,
    type: procedure._def.type,
    getRawInput: async () => input,
    ctx,
    signal: ctx.signal,
    batchIndex: 0,
  });
}

function isProcedure(value: unknown): value is AnyTRPCProcedure {
  return typeof value === "function" && "_def" in value;
}
