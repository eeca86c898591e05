import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, inject, it } from "vitest";
import { PIXEL } from "#tests/support/images";
import { createScriptedTeam, postResponse, type ScriptedTeam } from "#tests/support/scripted-team";

const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createScriptedTeam(server);
});
afterAll(() => team.close());
beforeEach(() => {
  team.upstream.requests.length = 0;
});

const csv = Buffer.from("Town;People\nUlm;many\n").toString("base64");
const csvText = '<file name="towns.csv">\nTown | People\nUlm | many\n</file>';
const sound = { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } };
const user = (...content: object[]) => [{ role: "user", content }];
const post = (body: object) => postResponse({ server, key: team.key }, { model: team.model, ...body });
const seen = () => team.upstream.requests.at(-1)?.body.messages;

it("a model sees images with their detail, reads files as text and hears sound, also in the next turn", async () => {
  const made = await team.client.responses.create({
    model: team.model,
    input: [
      {
        role: "user",
        content: [
          { type: "input_text", text: "Look." },
          { type: "input_image", image_url: PIXEL, detail: "low" },
          { type: "input_file", file_data: csv, filename: "towns.csv" },
        ],
      },
    ],
  });
  const first = {
    role: "user",
    content: [
      { type: "text", text: "Look." },
      { type: "image_url", image_url: { url: PIXEL, detail: "low" } },
      { type: "text", text: csvText },
    ],
  };
  expect(seen()).toEqual([first]);
  const next = await post({ previous_response_id: made.id, input: user(sound) });
  expect(next.status).toBe(200);
  expect(seen()).toEqual([first, expect.anything(), { role: "user", content: [sound] }]);
});

it("a stored file is read by its id, and stays out of the way once it is deleted", async () => {
  const { id } = await team.client.files.create({
    file: new File([Buffer.from(csv, "base64")], "towns.csv"),
    purpose: "user_data",
  });
  const made = await team.client.responses.create({
    model: team.model,
    input: [{ role: "user", content: [{ type: "input_file", file_id: id }] }],
  });
  expect(seen()).toEqual([{ role: "user", content: csvText }]);
  await team.client.files.delete(id);
  expect((await post({ previous_response_id: made.id, input: "And?" })).status).toBe(200);
  expect(seen()).toMatchObject([{ content: "[This file is no longer available.]" }, {}, { content: "And?" }]);
  expect((await post({ input: user({ type: "input_file", file_id: id }) })).status).toBe(404);
});

it("a tool may answer with an image and a file", async () => {
  const output = [
    { type: "input_image", image_url: PIXEL },
    { type: "input_file", file_data: csv, filename: "towns.csv" },
  ];
  const answer = await post({
    input: [
      { role: "user", content: "Look" },
      { type: "function_call", call_id: "c1", name: "look", arguments: "{}" },
      { type: "function_call_output", call_id: "c1", output },
    ],
  });
  expect(answer.status).toBe(200);
  expect(seen()).toMatchObject([
    { role: "user", content: "Look" },
    { role: "assistant", tool_calls: [{ id: "c1" }] },
    { role: "tool", tool_call_id: "c1", content: csvText },
    { role: "user", content: [{ type: "image_url", image_url: { url: PIXEL, detail: "auto" } }] },
  ]);
});

it("chat completions read the same files", async () => {
  await team.client.chat.completions.create({
    model: team.model,
    messages: [{ role: "user", content: [{ type: "file", file: { file_data: csv, filename: "towns.csv" } }] }],
  });
  expect(seen()).toEqual([{ role: "user", content: csvText }]);
});

it("a URL of this machine is refused before anything is connected to or asked", async () => {
  let connections = 0;
  const listener = createServer().on("connection", () => connections++);
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = listener.address() as AddressInfo;
  try {
    for (const part of [
      { type: "input_image", image_url: `http://127.0.0.1:${port}/a.png` },
      { type: "input_file", file_url: `http://localhost:${port}/a.pdf` },
    ]) {
      const answer = await post({ input: user(part) });
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        {
          error: { code: "outbound_not_allowed", param: expect.stringMatching(/^input\[0\]\.content\[0\]\.\w+_url$/) },
        },
      ]);
    }
  } finally {
    await new Promise((resolve) => listener.close(resolve));
  }
  expect([connections, team.upstream.requests.length]).toEqual([0, 0]);
});

it("a model that is known not to hear says so", async () => {
  const answer = await post({ model: "builtin/demo", input: user(sound) });
  expect([answer.status, await answer.json()]).toMatchObject([
    400,
    { error: { code: "unsupported_parameter", param: "input", message: expect.stringContaining("it takes text.") } },
  ]);
});
