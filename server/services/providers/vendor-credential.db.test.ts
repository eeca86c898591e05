import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { prisma } from "#server/db/client";
import { closePools } from "#server/outbound/pools";
import { environmentConnections } from "#server/services/models/environment-connections";
import { resolveModel } from "#server/services/models/resolve-model";
import { systemContext } from "#server/services/setup/system-context";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { collectEvents, modelRequest, textIn } from "#tests/support/model-request";
import { createMember, type Person } from "#tests/support/people";
import { type ScriptedUpstream, startScriptedUpstream } from "#tests/support/scripted-upstream";
import { serviceAccount } from "#tests/support/service-account";
import { playing, vendorWires } from "#tests/support/vendor-wires";

const KEYS = { accessKeyId: "AKIATESTTESTTEST1234", secretAccessKey: "canary-secret-access-key" };
const BEDROCK = { name: "aws-mine", kind: "bedrock", region: "eu-west-1" } as const;
const VERTEX = { name: "gcp-mine", kind: "vertex" } as const;

let database: TestDatabase;
let upstream: ScriptedUpstream;
let owner: Person;
let teamId: string;

beforeAll(async () => {
  database = await openTestDatabase({ PROVIDER_MAX_ATTEMPTS: "1" });
  upstream = await startScriptedUpstream();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await closePools();
  await upstream.close();
  await database.close();
});
beforeEach(async () => {
  ({ teamId } = await createTeam());
  owner = await createMember({ teamId, role: "owner" });
  upstream.requests.length = 0;
});

async function say(model: string, kind: string): Promise<string> {
  const wire = vendorWires.find((each) => each.kind === kind && !each.alwaysUsage);
  if (!wire) throw new Error(`The wire of ${kind} is gone.`);
  const ctx = systemContext(teamId);
  upstream.setDefault((exchange) => exchange.json(404, { message: "nothing is listed here" }));
  upstream.script(playing(wire, "text"));
  const { languageModel } = await resolveModel({ ctx, input: { model, providerHeader: null, providerApiKey: null } });
  return textIn(await collectEvents(languageModel, modelRequest()));
}

it("keeps an access key encrypted, shows none of it again, and signs by it", async () => {
  const made = await owner.call.providers.create({ ...BEDROCK, ...KEYS, models: ["m"], baseUrl: upstream.baseUrl });
  expect(made).toMatchObject({ keyHint: "…1234", settings: { region: "eu-west-1" }, wire: null });
  const row = await prisma().providerConnection.findUnique({ where: { id: made.id } });
  expect(JSON.stringify([row, made, await owner.call.providers.list()])).not.toMatch(/canary|AKIA/);
  expect(await say("aws-mine/m", "bedrock")).toContain("Hello");
  expect(upstream.requests.at(-1)?.headers.authorization).toMatch(/AKIATESTTESTTEST1234\/\d+\/eu-west-1\/bedrock/);
});

it("keeps of a service account who it is and its key", async () => {
  const account = serviceAccount({ token_uri: "http://169.254.169.254/token" });
  const made = await owner.call.providers.create({
    ...{ ...VERTEX, serviceAccount: account, models: ["gemini-2.5-flash"], location: "europe-west1" },
    baseUrl: upstream.baseUrl,
  });
  expect(made.keyHint).toBe("rejoinder@test-project.iam.gserviceaccount.com");
  expect(JSON.stringify(await owner.call.providers.list())).not.toMatch(/PRIVATE KEY|169\.254/);
  expect(await say("gcp-mine/gemini-2.5-flash", "vertex")).toContain("Hello");
  expect(upstream.requests.at(-1)?.path).toContain("/projects/test-project/locations/europe-west1/");
});

describe("what is refused, by field", () => {
  it.each([
    [{ ...BEDROCK, region: null, apiKey: "k" }, "AWS region"],
    [{ ...BEDROCK, region: "us-east-1.evil.example", apiKey: "k" }, "us-east-1"],
    [{ ...BEDROCK, accessKeyId: "AKIA" }, "secret access key"],
    [{ ...BEDROCK, secretAccessKey: "s" }, "access key ID"],
    [{ ...BEDROCK, ...KEYS, apiKey: "k" }, "not both"],
    [{ ...BEDROCK, apiKey: '{"a":1}' }, "no API key"],
    [{ ...BEDROCK }, "needs a key"],
    [{ ...BEDROCK, apiKey: "k", location: "global" }, 'no "location"'],
    [{ ...VERTEX, apiKey: "k", location: "a/b" }, "europe-west1"],
    [{ ...VERTEX, apiKey: "k", project: "a/../b" }, "my-project-123"],
    [{ ...VERTEX, apiKey: "k", region: "us-east-1" }, 'no "region"'],
    [{ ...VERTEX, serviceAccount: "{}" }, "client_email"],
    [{ ...VERTEX, serviceAccount: serviceAccount({ private_key: "x" }) }, "cannot be read"],
  ])("%j", async (input, message) => {
    await expect(owner.call.providers.create(input)).rejects.toThrow(message);
    expect(await prisma().providerConnection.count({ where: { teamId } })).toBe(0);
  });

  it("an address inside, as for every other kind", async () => {
    const admin = await createMember({ teamId, role: "admin" });
    for (const kind of [BEDROCK, VERTEX]) {
      const moved = { ...kind, apiKey: "k", baseUrl: "http://169.254.169.254/" };
      await expect(admin.call.providers.create(moved)).rejects.toThrow("OUTBOUND_ALLOW");
    }
  });
});

it("changes place and credential, and asks for the credential again at a new address", async () => {
  const { id } = await owner.call.providers.create({ ...BEDROCK, apiKey: "first-key-of-mine" });
  expect((await owner.call.providers.update({ id, region: "us-west-2" })).settings).toEqual({ region: "us-west-2" });
  await expect(owner.call.providers.update({ id, region: null })).rejects.toThrow("AWS region");
  await expect(owner.call.providers.update({ id, baseUrl: upstream.baseUrl })).rejects.toThrow("Enter it again");
  await owner.call.providers.update({ id, baseUrl: upstream.baseUrl, ...KEYS, models: ["m"] });
  await say("aws-mine/m", "bedrock");
  expect(upstream.requests.at(-1)?.headers.authorization).toContain("/us-west-2/");
  await expect(owner.call.providers.rotate({ id, apiKey: null })).rejects.toThrow("new key");
  expect((await owner.call.providers.rotate({ id, apiKey: "second-key-of-mine" })).keyHint).toBe("…mine");
  await say("aws-mine/m", "bedrock");
  expect(upstream.requests.at(-1)?.headers.authorization).toBe("Bearer second-key-of-mine");
});

it("takes the operator's own only by the variables that are meant for it", () => {
  const named = (environment: Record<string, string>) => {
    setConfig(parseConfig(environment));
    return environmentConnections().filter(({ kind }) => kind === "bedrock" || kind === "vertex");
  };
  const machine = { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "s", GOOGLE_APPLICATION_CREDENTIALS: "/f" };
  for (const [name, value] of Object.entries(machine)) vi.stubEnv(name, value);
  expect(named({ ...machine, AWS_REGION: "us-east-1", GOOGLE_VERTEX_PROJECT: "p" })).toEqual([]);
  expect(
    named({ AWS_BEARER_TOKEN_BEDROCK: "b", AWS_REGION: "us-east-1", GOOGLE_VERTEX_CREDENTIALS: serviceAccount() }),
  ).toMatchObject([
    { name: "vertex", apiKey: expect.stringContaining("client_email"), settings: {} },
    { name: "bedrock", apiKey: "b", settings: { region: "us-east-1" } },
  ]);
});
