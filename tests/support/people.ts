import type { Role } from "#server/auth/principal";
import { startSession } from "#server/auth/start-session";
import { inTransaction } from "#server/db/client";
import { insertMembership } from "#server/db/memberships";
import { insertUser } from "#server/db/users";
import { newId } from "#server/ids";
import { createCaller } from "#server/trpc/caller";
import type { TrpcContext } from "#server/trpc/context";

export interface Person {
  userId: string;
  email: string;
  sessionId: string;
  /** The procedures, called as this person. */
  call: ReturnType<typeof createCaller>;
  context: TrpcContext;
}

/** Adds somebody with that role to a team and signs them in. */
export async function createMember({ teamId, role }: { teamId: string; role: Role }): Promise<Person> {
  const person = await createPerson();
  await inTransaction((tx) => insertMembership({ teamId, userId: person.userId, role }, tx));
  return person;
}

/** Adds somebody in no team and signs them in. */
export async function createPerson(passwordHash: string | null = null): Promise<Person> {
  const userId = newId("user");
  const email = `${userId}@example.test`;
  await inTransaction((tx) => insertUser({ id: userId, email, name: "Test Person", image: null, passwordHash }, tx));
  const sessionId = await startSession(userId, { address: null, userAgent: "test" });
  const context = trpcContext({ userId, sessionId, wantedTeamId: null });
  return { userId, email, sessionId, context, call: createCaller(context) };
}

/** A context as a page's own request has it; `identity` null: nobody signed in. */
export function trpcContext(identity: Awaited<ReturnType<TrpcContext["session"]>>): TrpcContext {
  return {
    session: async () => identity,
    sameOrigin: true,
    address: "127.0.0.1",
    publicOrigin: "http://localhost:8080",
    signal: new AbortController().signal,
  };
}
