import type { ServiceContext } from "#server/services/context";
import { silentTrace } from "#server/tracing/span";

/** A context for what the server does by itself in a team: start-up, commands, and people who are not members yet. */
export function systemContext(teamId: string): ServiceContext {
  return { principal: { type: "system", teamId }, signal: new AbortController().signal, trace: silentTrace };
}
