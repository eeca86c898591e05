import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { secrets } from "#server/auth/secrets";
import { sessionCookieName } from "#server/auth/session";
import { createContainer } from "#server/services/containers/create-container";
import { attachFiles, writeFile } from "#server/services/containers/store-container-file";
import { systemContext } from "#server/services/setup/system-context";
import { answerContainerFile } from "#server/trpc/download";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createMember, type Person } from "#tests/support/people";

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase({ BLOB_STORE: "local" });
});
afterAll(() => database.close());

async function fetchAs(person: Person | null, names: { containerId: string; fileId: string }) {
  const token = person && { sub: person.userId, sid: person.sessionId };
  const cookie = token && `${sessionCookieName()}=${await encode({ token, secret: secrets().sessionSecret })}`;
  const url = `http://localhost:8080/api/containers/${names.containerId}/files/${names.fileId}/content`;
  return answerContainerFile(new Request(url, { headers: cookie ? { cookie } : {} }), names);
}

test("what code has written is downloaded by its team, and nobody else", async () => {
  const { teamId } = await createTeam();
  const ctx = systemContext(teamId);
  const expiry = { anchor: "last_active_at" as const, minutes: 20 };
  const { id: containerId } = await createContainer({ ctx, input: { name: "c", expires_after: expiry } });
  const target = { ctx, containerId, param: "file" };
  const content = (async function* () {
    yield Buffer.from("1,2");
  })();
  const path = "/mnt/data/out/a b.csv";
  const [file] = await attachFiles(target, [await writeFile(target, { path, source: "assistant", content })]);
  const names = { containerId, fileId: file?.id ?? "" };

  const answer = await fetchAs(await createMember({ teamId, role: "viewer" }), names);
  expect(answer.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''a%20b.csv");
  expect(answer.headers.get("cache-control")).toBe("private, no-store");
  expect(await answer.text()).toBe("1,2");

  expect((await fetchAs(null, names)).status).toBe(401);
  const stranger = await createMember({ teamId: (await createTeam()).teamId, role: "owner" });
  const foreign = await fetchAs(stranger, names);
  const unknown = await fetchAs(stranger, { containerId: "cntr_unknown", fileId: names.fileId });
  expect([foreign.status, unknown.status]).toEqual([404, 404]);
  expect(await foreign.text()).toBe((await unknown.text()).replace("cntr_unknown", containerId));
});
