import { readdirSync, readFileSync } from "node:fs";
import { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type Json, list, record, text } from "#server/protocol/json-values";
import { brokenRules } from "#server/protocol/stream-rules";
import { eventually } from "#tests/support/eventually";
import { createScriptedTeam, eventsOf, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatText, chatToolCalls } from "#tests/support/scripted-upstream";
import { createTeam, query } from "#tests/support/server";

const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createScriptedTeam(server);
});
afterAll(() => team.close());

const AUTO = { type: "code_interpreter", container: { type: "auto" } };
const INCLUDE = ["code_interpreter_call.outputs"];
const fenced = (code: string) => `\`\`\`python\n${code}\n\`\`\``;
const running = (code: string, id = "a") => ({ id, name: "code_interpreter", arguments: JSON.stringify({ code }) });

async function post(body: object, init: RequestInit = {}): Promise<{ status: number; text: string; body: Json }> {
  const answer = await fetch(`${server.url}/v1/responses`, {
    method: "POST",
    headers: { authorization: `Bearer ${team.key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "builtin/demo", tools: [AUTO], ...body }),
    ...init,
  });
  const said = await answer.text();
  return { status: answer.status, text: said, body: said.startsWith("{") ? record(JSON.parse(said)) : {} };
}

const callsIn = (body: Json) =>
  list(body.output)
    .map(record)
    .filter(({ type }) => type === "code_interpreter_call");
const logsOf = (call: Json | undefined) => text(record(list(call?.outputs)[0]).logs);
const isHealthy = async () => (await fetch(`${server.url}/readyz`)).status === 200;

/** Processes of Python that the server has started. */
function pythons(): number[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const parent = readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) \S /s, "")
        .split(" ")[0];
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      return parent === String(server.pid) && command.includes("interpreter-process") ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}

describe("the code interpreter, with a model whose provider has none", () => {
  it("runs code with all its events, keeps variables over turns, and hands files out", async () => {
    const code = "x = 20\nopen('out.txt', 'w').write('made')\nprint('hi')\nx + 1";
    const streamed = await post({ input: fenced(code), include: INCLUDE, stream: true });
    const events = eventsOf(streamed.text);
    expect(brokenRules(events)).toEqual([]);
    expect(events.map(({ type }) => type.replace("response.", "")).slice(2, 9)).toEqual([
      ...["output_item.added", "code_interpreter_call.in_progress"],
      ...["code_interpreter_call_code.delta", "code_interpreter_call_code.done"],
      ...["code_interpreter_call.interpreting", "code_interpreter_call.completed", "output_item.done"],
    ]);
    const response = record(events.at(-1)?.response);
    const [call] = callsIn(response);
    expect(call).toMatchObject({ status: "completed", code: `${code}\n`, outputs: [{ type: "logs", logs: "hi\n21" }] });
    const containerId = text(call?.container_id);
    const [file] = (await team.client.containers.files.list(containerId)).data;
    expect(file).toMatchObject({ path: "/mnt/data/out.txt", bytes: 4, source: "assistant" });
    const content = await team.client.containers.files.content.retrieve(file?.id ?? "", { container_id: containerId });
    expect(await content.text()).toBe("made");
    expect(pythons().length).toBeGreaterThan(0);

    await team.client.containers.files.create(containerId, { file: await toFile(Buffer.from("given"), "in.txt") });
    const next = await post({
      input: fenced("print(open('in.txt').read(), x * 2)"),
      previous_response_id: response.id,
      include: INCLUDE,
    });
    expect(callsIn(next.body)).toMatchObject([{ container_id: containerId, outputs: [{ logs: "given 40" }] }]);
    const stored = await team.client.responses.retrieve(text(response.id));
    expect(record(stored.output[0])).toMatchObject({ type: "code_interpreter_call", outputs: null });
  });

  it("tells the model what came of it, and makes citations of its links to files", async () => {
    const code = "open('a.csv', 'w').write('1')\n1 / 0";
    const said = "See [the sums](sandbox:/mnt/data/a.csv).";
    team.upstream.script(chatToolCalls([running(code)]), chatText(said));
    const answer = await post({ model: team.model, input: "Go.", include: INCLUDE });
    expect(answer.body.status).toBe("completed");
    const [call] = callsIn(answer.body);
    expect(call?.status).toBe("completed");
    expect(logsOf(call)).toContain("ZeroDivisionError: division by zero");
    const sent = list(record(team.upstream.requests.at(-1)?.body).messages).map(record);
    expect(sent.at(-1)).toMatchObject({
      role: "tool",
      content: expect.stringContaining("[Files written: /mnt/data/a.csv]"),
    });
    const message = record(list(answer.body.output).at(-1));
    const [annotation] = list(record(list(message.content)[0]).annotations).map(record);
    const start = said.indexOf("sandbox:");
    expect(annotation).toMatchObject({
      type: "container_file_citation",
      container_id: call?.container_id,
      filename: "a.csv",
      ...{ start_index: start, end_index: start + "sandbox:/mnt/data/a.csv".length },
    });
  });

  it("runs in a container that the request names, with its files; another team's answers as one that is nobody's", async () => {
    const { id } = await team.client.containers.create({ name: "mine" });
    await team.client.containers.files.create(id, { file: await toFile(Buffer.from("abc"), "in.txt") });
    const tools = [{ type: "code_interpreter", container: id }];
    const answer = await post({ input: fenced("open('in.txt').read()"), tools, include: INCLUDE });
    expect(callsIn(answer.body)).toMatchObject([{ container_id: id, outputs: [{ logs: "'abc'" }] }]);
    const stranger = await createTeam(server);
    const asStranger = (container: string) =>
      post(
        { input: "x" },
        {
          headers: { authorization: `Bearer ${stranger.key}`, "content-type": "application/json" },
          body: JSON.stringify({ model: "builtin/demo", input: "x", tools: [{ type: "code_interpreter", container }] }),
        },
      );
    const [theirs, nobodys] = [await asStranger(id), await asStranger(`cntr_${"0".repeat(32)}`)];
    expect(theirs.status).toBe(404);
    expect(theirs.text.replaceAll(id, "<id>")).toBe(nobodys.text.replaceAll(`cntr_${"0".repeat(32)}`, "<id>"));
  });

  it("says what is wrong with a tool before anything runs", async () => {
    const refusal = async (tool: object) => (await post({ input: "x", tools: [tool] })).body;
    expect(await refusal({ type: "code_interpreter" })).toMatchObject({
      error: { param: "tools[0].container", code: "missing_required_parameter" },
    });
    const auto = (fields: object) => ({ type: "code_interpreter", container: { type: "auto", ...fields } });
    expect(await refusal(auto({ file_ids: ["file-none"] }))).toMatchObject({
      error: { param: "tools[0].container.file_ids" },
    });
    expect(await refusal(auto({ memory_limit: "64g" }))).toMatchObject({
      error: { param: "tools[0].container.memory_limit" },
    });
  });

  it("leaves nothing of a response that is not stored", async () => {
    const code = "open('secret.txt', 'w').write('canary')\n'canary-in-output'";
    const answer = await post({ input: fenced(code), store: false, include: INCLUDE });
    const [call] = callsIn(answer.body);
    expect(logsOf(call)).toBe("'canary-in-output'");
    await eventually(async () => {
      const rows = await query(server, "SELECT id FROM container WHERE id = $1", [call?.container_id]);
      expect(rows).toEqual([]);
    });
    expect(await query(server, "SELECT id FROM container_file WHERE container_id = $1", [call?.container_id])).toEqual(
      [],
    );
  });

  it("continues what is stored in a copy of its files, and leaves nothing behind there", async () => {
    const stored = await post({ input: fenced("open('kept.txt', 'w').write('kept')") });
    const containerId = text(callsIn(stored.body)[0]?.container_id);
    const code = "open('secret.txt', 'w').write('canary')\nopen('kept.txt').read()";
    const next = { input: fenced(code), previous_response_id: stored.body.id, store: false, include: INCLUDE };
    const [call] = callsIn((await post(next)).body);
    expect(logsOf(call)).toBe("'kept'");
    expect(call?.container_id).not.toBe(containerId);
    const { data } = await team.client.containers.files.list(containerId);
    expect(data.map(({ path }) => path)).toEqual(["/mnt/data/kept.txt"]);
    await eventually(async () => {
      expect(await query(server, "SELECT id FROM container WHERE id = $1", [call?.container_id])).toEqual([]);
    });
  });

  it("leads nowhere out of its container, and the server stays ready at each attempt", async () => {
    const { id } = await team.client.containers.create({ name: "attempts" });
    const tools = [{ type: "code_interpreter", container: id }];
    for (const [code, error] of [
      ["open('/etc/passwd').read()", "FileNotFoundError"],
      ["import socket\nsocket.create_connection(('127.0.0.1', 1), 2)", "Error"],
      ["import js\njs.process", "Error"],
      ["import os\nos.environ['ENCRYPTION_KEY']", "KeyError"],
      ["import os\nwhile True: os.fork()", "Error"],
      ["x = [0] * (10 * 2 ** 30 // 8)", "MemoryError"],
    ] as const) {
      let isDone = false;
      const attempt = post({ input: fenced(code), tools, include: INCLUDE }).finally(() => {
        isDone = true;
      });
      do expect(await isHealthy()).toBe(true);
      while (!isDone);
      expect(logsOf(callsIn((await attempt).body)[0])).toContain(error);
    }
  });

  it("is stopped when its caller leaves, and nothing else is held up by it", async () => {
    const leaving = new AbortController();
    const before = new Set(pythons());
    const loop = { input: fenced("while True: pass"), stream: true };
    const gone = post(loop, { signal: leaving.signal }).catch(() => null);
    // Python may take its time to start.
    await vi.waitFor(
      async () => {
        const busy = "SELECT id FROM container WHERE team_id = $1 AND busy_until IS NOT NULL";
        expect(await query(server, busy, [team.teamId])).toHaveLength(1);
      },
      { timeout: 100_000 },
    );
    const looping = pythons().find((pid) => !before.has(pid)) ?? 0;
    expect(looping).toBeGreaterThan(0);
    expect(await isHealthy()).toBe(true);
    leaving.abort();
    await gone;
    await eventually(async () => expect(pythons()).not.toContain(looping));
    expect(await isHealthy()).toBe(true);
  });
});
