import type { AnyTRPCProcedure } from "@trpc/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allPermissions, ROLES, roleHolds } from "#server/auth/permissions";
import type { Role } from "#server/auth/principal";
import { prisma } from "#server/db/client";
import type { TrpcContext } from "#server/trpc/context";
import { toAnswer } from "#server/trpc/error";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createMember, createPerson, type Person, trpcContext } from "#tests/support/people";
import { allProcedures, callPath } from "#tests/support/procedures";

/** Procedures that people who are not signed in may call. A new one is added here on purpose. */
const PUBLIC = [
  "setup.createOwner",
  "setup.recoverOwner",
  "setup.state",
  "team.acceptInvitation",
  "team.invitationByToken",
];

const procedures = allProcedures();
const known = new Set<string>(allPermissions());
let database: TestDatabase;
let teamId: string;
const people = new Map<Role, Person>();

beforeAll(async () => {
  database = await openTestDatabase();
  ({ teamId } = await createTeam());
  for (const role of ROLES) people.set(role, await createMember({ teamId, role }));
});
afterAll(() => database.close());

function accessOf(procedure: AnyTRPCProcedure): string {
  const meta: unknown = procedure._def.meta;
  const access = typeof meta === "object" && meta !== null && "access" in meta ? meta.access : null;
  return typeof access === "string" ? access : "undeclared";
}

/** The error code of a call without input, or null. Whoever is let in may still be told that the input is wrong. */
async function codeOf(path: string, ctx: TrpcContext): Promise<string | null> {
  try {
    await callPath(path, ctx);
    return null;
  } catch (error) {
    return toAnswer(error).data.appCode;
  }
}

function personOf(role: Role): Person {
  const person = people.get(role);
  if (!person) throw new Error(`no ${role}`);
  return person;
}

test("every procedure declares who may call it", () => {
  const undeclared = procedures.filter(([, procedure]) => {
    const access = accessOf(procedure);
    return access !== "public" && access !== "account" && !known.has(access);
  });
  expect(undeclared.map(([path]) => path)).toEqual([]);
  expect(procedures.length).toBeGreaterThan(20);
});

test("only the listed procedures are open to everybody", () => {
  const open = procedures.filter(([, procedure]) => accessOf(procedure) === "public").map(([path]) => path);
  expect(open.toSorted()).toEqual(PUBLIC);
});

describe.each(procedures.map(([path, procedure]) => ({ path, access: accessOf(procedure), procedure })))(
  "$path ($access)",
  ({ path, access, procedure }) => {
    test("is for exactly the roles of the table", async () => {
      for (const role of ROLES) {
        const code = await codeOf(path, personOf(role).context);
        const permission = allPermissions().find((name) => name === access);
        const allowed = permission === undefined || roleHolds(role, permission);
        const refused = code === "permission_denied" || code === "unauthenticated";
        // Inside an allowed procedure nothing but the input of acceptInvitation asks who is signed in.
        if (allowed && path !== "team.acceptInvitation")
          expect({ role, code, refused }).toMatchObject({ refused: false });
        if (!allowed) expect({ role, code }).toEqual({ role, code: "permission_denied" });
      }
    });

    test("asks strangers to sign in", async () => {
      const code = await codeOf(path, trpcContext(null));
      if (access === "public") expect(code).not.toBe("unauthenticated");
      else expect(code).toBe("unauthenticated");
    });

    if (access !== "public" && access !== "account") {
      test("is for nobody without a team", async () => {
        expect(await codeOf(path, (await createPerson()).context)).toBe("permission_denied");
      });
    }

    if (procedure._def.type === "mutation") {
      test("refuses other sites' pages", async () => {
        const context = { ...personOf("owner").context, sameOrigin: false };
        expect(await codeOf(path, context)).toBe("permission_denied");
      });
    }
  },
);

test("a changed role counts at the next call", async () => {
  const person = await createMember({ teamId, role: "admin" });
  await person.call.team.invitations();
  const key = { teamId_userId: { teamId, userId: person.userId } };
  await prisma().membership.update({ where: key, data: { role: "viewer" } });
  await expect(person.call.team.invitations()).rejects.toMatchObject({ cause: { code: "permission_denied" } });
  await prisma().membership.delete({ where: key });
  await expect(person.call.team.get()).rejects.toMatchObject({ cause: { code: "permission_denied" } });
  expect(await person.call.me.get()).toMatchObject({ team: null, teams: [], role: null, permissions: [] });
});
