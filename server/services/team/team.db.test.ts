import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Role } from "#server/auth/principal";
import { setClock } from "#server/clock";
import { prisma } from "#server/db/client";
import { createCaller } from "#server/trpc/caller";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { installFakeClock } from "#tests/support/fake-clock";
import { createMember, createPerson, type Person, trpcContext } from "#tests/support/people";

let database: TestDatabase;
let teamId: string;
let owner: Person;
let admin: Person;
const stranger = createCaller(trpcContext(null));

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  setClock();
  ({ teamId } = await createTeam());
  owner = await createMember({ teamId, role: "owner" });
  admin = await createMember({ teamId, role: "admin" });
});

const denied = { cause: { code: "permission_denied" } };
const unknown = { cause: { code: "not_found" } };

async function inviteToken(role: Role = "developer"): Promise<string> {
  const { link } = await owner.call.team.invite({ role });
  expect(link).toMatch(/^\/invite\/[\w-]{43}$/);
  return link.slice("/invite/".length);
}

function newAccount(name = "new") {
  return { name: "New Person", email: `${name}-${teamId}@example.test`, password: "a long password" };
}

async function roleOf(userId: string): Promise<string | undefined> {
  return (await prisma().membership.findUnique({ where: { teamId_userId: { teamId, userId } } }))?.role;
}

async function auditActions(): Promise<string[]> {
  const rows = await prisma().auditLog.findMany({ where: { teamId }, orderBy: { id: "asc" } });
  return rows.map((row) => row.action);
}

test("an invitation shows what it is for, makes an account with its role, and works once", async () => {
  const token = await inviteToken("editor");
  expect(await stranger.team.invitationByToken({ token })).toMatchObject({ teamName: "Test team", role: "editor" });
  const account = newAccount();
  expect(await stranger.team.acceptInvitation({ token, account })).toEqual({ teamId, role: "editor" });
  const user = await prisma().user.findUniqueOrThrow({ where: { email: account.email } });
  expect(await roleOf(user.id)).toBe("editor");
  expect(user.passwordHash).toMatch(/^\$argon2id\$/);

  await expect(stranger.team.invitationByToken({ token })).rejects.toMatchObject(unknown);
  const late = stranger.team.acceptInvitation({ token, account: newAccount("late") });
  await expect(late).rejects.toMatchObject(unknown);
  expect(await auditActions()).toEqual(["invitation.create", "invitation.accept"]);
  expect(await owner.call.team.invitations()).toMatchObject([{ status: "accepted", createdBy: "Test Person" }]);
});

test("of several people with one link, one gets in", async () => {
  const token = await inviteToken();
  const tries = ["a", "b", "c"].map((name) => stranger.team.acceptInvitation({ token, account: newAccount(name) }));
  const results = await Promise.allSettled(tries);
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  expect(await prisma().membership.count({ where: { teamId } })).toBe(3);
  expect(await prisma().user.count({ where: { email: { contains: teamId } } })).toBe(1);
});

test("somebody signed in joins as they are; a member keeps their role and the link stays good", async () => {
  const token = await inviteToken("viewer");
  await expect(admin.call.team.acceptInvitation({ token })).rejects.toMatchObject({
    cause: { code: "invalid_request" },
  });
  expect(await roleOf(admin.userId)).toBe("admin");
  const guest = await createPerson();
  expect(await guest.call.team.acceptInvitation({ token })).toEqual({ teamId, role: "viewer" });
  expect(await roleOf(guest.userId)).toBe("viewer");
});

test("without an account, or with a taken email, the link is not used up", async () => {
  const token = await inviteToken();
  const nobody = stranger.team.acceptInvitation({ token });
  await expect(nobody).rejects.toMatchObject({ cause: { code: "unauthenticated" } });
  const taken = stranger.team.acceptInvitation({
    token,
    account: { ...newAccount(), email: admin.email.toUpperCase() },
  });
  await expect(taken).rejects.toMatchObject({ cause: { code: "invalid_value", param: "account.email" } });
  const short = stranger.team.acceptInvitation({ token, account: { ...newAccount(), password: "short" } });
  await expect(short).rejects.toMatchObject({ cause: { code: "invalid_value", param: "account.password" } });
  expect(await stranger.team.invitationByToken({ token })).toMatchObject({ role: "developer" });
});

test("a revoked or expired link is dead", async () => {
  const revoked = await inviteToken();
  const [invitation] = await admin.call.team.invitations();
  await admin.call.team.revokeInvitation({ id: invitation?.id ?? "" });
  await expect(stranger.team.invitationByToken({ token: revoked })).rejects.toMatchObject(unknown);
  const again = admin.call.team.revokeInvitation({ id: invitation?.id ?? "" });
  await expect(again).rejects.toMatchObject(unknown);

  const expired = await inviteToken();
  installFakeClock(Date.now() + 7 * 24 * 3600 * 1000);
  await expect(stranger.team.invitationByToken({ token: expired })).rejects.toMatchObject(unknown);
  const account = stranger.team.acceptInvitation({ token: expired, account: newAccount() });
  await expect(account).rejects.toMatchObject(unknown);
  expect((await owner.call.team.invitations()).map((row) => row.status).toSorted()).toEqual(["expired", "revoked"]);
});

test("owners are for owners: an admin neither makes, changes, removes nor invites one", async () => {
  const other = await createMember({ teamId, role: "owner" });
  await expect(admin.call.team.invite({ role: "owner" })).rejects.toMatchObject(denied);
  await expect(admin.call.team.updateMember({ userId: admin.userId, role: "owner" })).rejects.toMatchObject(denied);
  await expect(admin.call.team.updateMember({ userId: other.userId, role: "viewer" })).rejects.toMatchObject(denied);
  await expect(admin.call.team.removeMember({ userId: other.userId })).rejects.toMatchObject(denied);
  expect(await roleOf(other.userId)).toBe("owner");
  await owner.call.team.updateMember({ userId: admin.userId, role: "owner" });
  expect(await roleOf(admin.userId)).toBe("owner");
});

test("the last owner stays, also when two owners remove each other at once", async () => {
  const last = { cause: { code: "invalid_request" } };
  await expect(owner.call.team.updateMember({ userId: owner.userId, role: "admin" })).rejects.toMatchObject(last);
  await expect(owner.call.team.removeMember({ userId: owner.userId })).rejects.toMatchObject(last);
  const other = await createMember({ teamId, role: "owner" });
  await Promise.allSettled([
    owner.call.team.removeMember({ userId: other.userId }),
    other.call.team.removeMember({ userId: owner.userId }),
  ]);
  expect(await prisma().membership.count({ where: { teamId, role: "owner" } })).toBe(1);
});

test("members are listed, changed and removed; the removed one is out at the next call", async () => {
  const member = await createMember({ teamId, role: "developer" });
  await admin.call.team.updateMember({ userId: member.userId, role: "editor" });
  expect(await admin.call.team.members()).toMatchObject([
    { userId: owner.userId, role: "owner", you: false },
    { userId: admin.userId, role: "admin", you: true },
    { userId: member.userId, role: "editor", email: member.email },
  ]);
  await admin.call.team.removeMember({ userId: member.userId });
  await expect(member.call.team.get()).rejects.toMatchObject(denied);
  expect(await prisma().user.findUnique({ where: { id: member.userId } })).not.toBeNull();
  expect(await auditActions()).toEqual(["member.update", "member.remove"]);
});

test("a team changes its name and default model", async () => {
  expect(await admin.call.team.update({ name: " Renamed " })).toMatchObject({ name: "Renamed", defaultModel: null });
  await admin.call.team.update({ defaultModel: "openai/gpt-5" });
  expect(await owner.call.team.get()).toMatchObject({ id: teamId, name: "Renamed", defaultModel: "openai/gpt-5" });
});

test("a team says how long its responses and traces are kept, within what the server allows", async () => {
  expect(await owner.call.team.get()).toMatchObject({
    responseRetentionDays: 30,
    traceRetentionDays: 30,
    maxTraceRetentionDays: 90,
  });
  await admin.call.team.update({ responseRetentionDays: 365, traceRetentionDays: 90 });
  expect(await owner.call.team.get()).toMatchObject({ responseRetentionDays: 365, traceRetentionDays: 90 });
  await expect(admin.call.team.update({ traceRetentionDays: 91 })).rejects.toThrow("at most 90 days");
  await expect(admin.call.team.update({ responseRetentionDays: 0 })).rejects.toThrow("at least one day");
  const developer = await createMember({ teamId, role: "developer" });
  await expect(developer.call.team.update({ responseRetentionDays: 1 })).rejects.toMatchObject(denied);
});
