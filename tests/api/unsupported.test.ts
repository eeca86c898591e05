import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { newId } from "#server/ids";
import {
  addConnection,
  createScriptedTeam,
  postChat,
  postResponse,
  type ScriptedTeam,
} from "#tests/support/scripted-team";
import { chatText } from "#tests/support/scripted-upstream";
import { query } from "#tests/support/server";
import { envelopeOf, socketPool } from "#tests/support/websocket-client";

const server = inject("server");
const sockets = socketPool(server);
const MODEL = "claude/claude-sonnet-4-5";
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createScriptedTeam(server);
  const { baseUrl } = team.upstream;
  await addConnection(server, team.teamId, {
    name: "claude",
    kind: "anthropic",
    baseUrl,
    models: ["claude-sonnet-4-5"],
  });
  const targets = [MODEL, "scripted/scripted-model"].map((model, at) => ({ model, priority: at + 1, weight: 1 }));
  await query(server, "INSERT INTO model_route (id, team_id, alias, targets) VALUES ($1, $2, $3, $4)", [
    ...[newId("modelRoute"), team.teamId, "either", JSON.stringify(targets)],
  ]);
});
afterAll(() => team.close());
beforeEach(() => {
  team.upstream.requests.length = 0;
});
afterEach(() => sockets.close());

const body = { model: MODEL, input: "Hello", presence_penalty: 0.5 };
const refusal = {
  type: "invalid_request_error",
  code: "unsupported_parameter",
  param: "presence_penalty",
  message: expect.stringContaining(`'${MODEL}'`),
};

async function askChat(fields: Record<string, unknown>): Promise<{ status: number; body: Record<string, unknown> }> {
  const messages = [{ role: "user", content: "Hello" }];
  const answer = await postChat({ server, key: team.key }, { messages, ...fields });
  return { status: answer.status, body: await answer.json() };
}

describe("what a model cannot be asked for", () => {
  it.each([
    ["as JSON", {}],
    ["as a stream", { stream: true }],
    ["in the background", { background: true }],
    ["in the background, as a stream", { background: true, stream: true }],
  ])("is refused %s with a status, and asked of nobody", async (_how, how) => {
    const answer = await postResponse({ server, key: team.key }, { ...body, ...how });
    expect([answer.status, await answer.json()]).toEqual([400, { error: refusal }]);
    expect(team.upstream.requests).toHaveLength(0);
    expect(await query(server, "SELECT id FROM response WHERE team_id = $1", [team.teamId])).toEqual([]);
  });

  it("is refused over a WebSocket by one envelope, and the connection goes on", async () => {
    const socket = await sockets.open({ key: team.key });
    for (let turn = 0; turn < 2; turn += 1) {
      socket.create(body);
      expect(envelopeOf(await socket.turn())).toMatchObject({ status: 400, error: refusal });
    }
    expect(team.upstream.requests).toHaveLength(0);
  });

  it.each([
    ["seed", { seed: 7 }],
    ["logit_bias", { logit_bias: { "1734": -100 } }],
    ["logprobs", { logprobs: true }],
    ["frequency_penalty", { frequency_penalty: 1 }],
  ])("is refused in chat completions under their name of the field: %s", async (param, fields) => {
    const message = expect.stringContaining(`'${param}'`);
    const error = { ...refusal, param, message };
    for (const stream of [false, true]) {
      expect(await askChat({ model: MODEL, ...fields, stream })).toEqual({ status: 400, body: { error } });
    }
    expect(team.upstream.requests).toHaveLength(0);
  });

  it("is asked of the model of an alias that can be", async () => {
    team.upstream.script(chatText("From the other."));
    const { status, body: completion } = await askChat({ model: "either", seed: 7 });
    expect([status, completion.model]).toEqual([200, "scripted/scripted-model"]);
    expect(team.upstream.requests.map((request) => request.body.seed)).toEqual([7]);
  });
});
