import { mkdir, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { config, setConfig } from "#server/config";
import { packagesFolder } from "#server/tools/code-interpreter/interpreter-pool";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { createMember, type Person } from "#tests/support/people";

let database: TestDatabase;
let person: Person;

beforeAll(async () => {
  database = await openTestDatabase({ OUTBOUND_ALLOW: "127.0.0.1" });
  const { teamId } = await createTeam();
  const owner = await createMember({ teamId, role: "owner" });
  const native = { kind: "openai-compatible", baseUrl: "http://127.0.0.1:9/v1", apiKey: "sk-x" } as const;
  await owner.call.providers.create({ ...native, name: "native", models: ["m"], wire: "responses" });
  await owner.call.providers.create({ ...native, name: "plain", models: ["m"], wire: "chat" });
  person = await createMember({ teamId, role: "viewer" });
});
afterAll(() => database.close());

const states = async (model?: string) => (await person.call.tools.hosted({ model })).tools;

it("says what hosted tools lack, and who can change that", async () => {
  expect(await person.call.tools.hosted({})).toEqual({
    model: "builtin/demo",
    tools: [
      {
        ...{ type: "web_search", available: false, runsOn: null, byProvider: false },
        note: expect.stringContaining("WEB_SEARCH_BACKEND"),
      },
      {
        ...{ type: "code_interpreter", available: true, runsOn: "Python", byProvider: false },
        note: expect.stringContaining("numpy, pandas, matplotlib cannot be imported"),
      },
      {
        ...{ type: "image_generation", available: true, runsOn: "builtin/placeholder", byProvider: false },
        note: null,
      },
    ],
  });
  expect((await states("plain/m"))[2]).toMatchObject({
    available: false,
    note: expect.stringContaining("IMAGE_GENERATION_MODEL"),
  });
});

it("names the engine, the packages and the model that are there", async () => {
  setConfig({ ...config(), WEB_SEARCH_BACKEND: "brave", IMAGE_GENERATION_MODEL: "plain/flux" });
  await mkdir(packagesFolder(), { recursive: true });
  const packages = ["numpy", "pandas", "matplotlib"].map((name) => [
    name,
    { name, file_name: `${name}.whl`, sha256: "0".repeat(64), depends: [] },
  ]);
  await writeFile(`${packagesFolder()}/pyodide-lock.json`, JSON.stringify({ packages: Object.fromEntries(packages) }));
  expect((await states()).map(({ available, runsOn, note }) => [available, runsOn, note])).toEqual([
    [true, "brave", null],
    [true, "Python, numpy, pandas, matplotlib", null],
    [true, "plain/flux", null],
  ]);
  setConfig({ ...config(), CODE_INTERPRETER: "off" });
  expect((await states())[1]).toMatchObject({
    available: false,
    note: expect.stringContaining("CODE_INTERPRETER=off"),
  });
});

it("leaves to a provider what that runs itself", async () => {
  const own = { available: true, runsOn: "native", byProvider: true, note: null };
  expect(await states("native/m")).toEqual([
    { type: "web_search", ...own },
    { type: "code_interpreter", ...own },
    { type: "image_generation", ...own },
  ]);
  await expect(states("nobody/knows")).rejects.toThrow("nobody/knows");
});
