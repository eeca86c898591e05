import { afterAll, beforeAll, expect, it } from "vitest";
import { closePools } from "#server/outbound/pools";
import { resolveImageModel } from "#server/services/models/resolve-image-model";
import { systemContext } from "#server/services/setup/system-context";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createMember } from "#tests/support/people";
import { type ScriptedUpstream, startScriptedUpstream } from "#tests/support/scripted-upstream";

let database: TestDatabase;
let upstream: ScriptedUpstream;
let teamId: string;

beforeAll(async () => {
  database = await openTestDatabase({ IMAGE_GENERATION_MODEL: "other/gpt-image-1" });
  upstream = await startScriptedUpstream();
  upstream.setDefault((exchange) => exchange.json(200, { data: [{ id: "words" }, { id: "flux-2" }] }));
  ({ teamId } = await createTeam());
  const owner = await createMember({ teamId, role: "owner" });
  const kind = "openai-compatible" as const;
  for (const name of ["mine", "other"]) {
    await owner.call.providers.create({ name, kind, baseUrl: upstream.baseUrl, apiKey: `sk-of-${name}` });
  }
});
afterAll(async () => {
  await closePools();
  await Promise.all([upstream.close(), database.close()]);
});

const resolve = async (provider: string, providerApiKey: string | null, name: string | null = null) => {
  const input = { name, provider, providerApiKey };
  return (await resolveImageModel({ ctx: systemContext(teamId), input })).servedModel;
};

it("is the operator's choice, unless that would be told a key that the caller has for another connection", async () => {
  expect(await resolve("mine", null)).toBe("other/gpt-image-1");
  expect(await resolve("other", "sk-own")).toBe("other/gpt-image-1");
  expect(await resolve("mine", "sk-own")).toBe("mine/flux-2");
  expect(await resolve("mine", "sk-own", "other/dall-e-3")).toBe("other/dall-e-3");
});
