import { initTRPC } from "@trpc/server";
import superjson from "superjson";
import { type Permission, requirePermission } from "#server/auth/permissions";
import type { UserPrincipal } from "#server/auth/principal";
import { principalOfSession, requireTeam } from "#server/auth/team-principal";
import { AppError } from "#server/errors";
import type { ServiceContext } from "#server/services/context";
import { silentTrace } from "#server/tracing/span";
import type { TrpcContext } from "#server/trpc/context";
import { toAnswer, toTrpcError } from "#server/trpc/error";

/** Who may call a procedure: anybody, any signed-in person, or the roles that hold a permission. */
export interface ProcedureMeta {
  access: "public" | "account" | Permission;
}

const t = initTRPC
  .context<TrpcContext>()
  .meta<ProcedureMeta>()
  .create({
    transformer: superjson,
    isDev: false,
    errorFormatter({ shape, error }) {
      const answer = toAnswer(error);
      return { ...shape, message: answer.message, data: { ...shape.data, ...answer.data } };
    },
  });

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/** Every procedure passes here: a mutation must come from our own pages, and errors leave in one form. */
const guard = t.middleware(async ({ ctx, type, next }) => {
  if (type === "mutation" && !ctx.sameOrigin) {
    throw toTrpcError(new AppError("permission_denied", "This request did not come from this server's own pages."));
  }
  const result = await next();
  if (!result.ok) throw toTrpcError(result.error);
  return result;
});

/** For anybody, signed in or not. */
export const publicProcedure = t.procedure.meta({ access: "public" }).use(guard);

/** For any signed-in person, whatever the team: `ctx.session` is theirs. */
export const accountProcedure = t.procedure
  .meta({ access: "account" })
  .use(guard)
  .use(async ({ ctx, next }) => next({ ctx: { ...ctx, session: requireSession(await ctx.session()) } }));

/**
 * For members of the active team whose role holds `permission`, read from the Membership row at every call.
 * `ctx` is the ServiceContext that use cases take; its principal is the person.
 */
export function teamProcedure(permission: Permission) {
  return t.procedure
    .meta({ access: permission })
    .use(guard)
    .use(async ({ ctx, next, signal }) => {
      const session = requireSession(await ctx.session());
      const principal = requireTeam(await principalOfSession(session));
      requirePermission(principal, permission);
      const serviceContext: ServiceContext & { principal: UserPrincipal } = {
        principal,
        signal: signal ?? ctx.signal,
        trace: silentTrace,
      };
      return next({ ctx: serviceContext });
    });
}

function requireSession<T>(session: T | null): T {
  if (session === null) throw new AppError("unauthenticated", "Sign in to go on.");
  return session;
}
