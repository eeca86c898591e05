import { type MessageEvent, WebSocket } from "undici";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { WireEvent } from "#server/protocol/stream-rules";
import { createScriptedTeam, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatText, chatToolCalls, type UpstreamScript } from "#tests/support/scripted-upstream";

// The WebSocket that Node itself has, without any client of the API around it. It comes from undici, whose type knows
// the option `headers`; that of the global is a browser's.

const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createScriptedTeam(server);
});
afterAll(() => team.close());

const LAST = ["response.completed", "response.incomplete", "response.failed", "error"];
const WEATHER = {
  type: "function",
  name: "weather",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

type Ask = (body: Record<string, unknown>) => Promise<WireEvent[]>;

/** A connection that runs one turn after the other, and ends the test's part of it. */
async function connect(): Promise<{ ask: Ask; close(): Promise<void> }> {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/responses`, {
    headers: { authorization: `Bearer ${team.key}` },
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve(), { once: true });
    socket.addEventListener("error", () => reject(new Error("The connection was refused.")), { once: true });
  });
  const ask: Ask = (body) =>
    new Promise((resolve, reject) => {
      const events: WireEvent[] = [];
      const hear = ({ data }: MessageEvent) => {
        const event: WireEvent = JSON.parse(String(data));
        events.push(event);
        if (!LAST.includes(event.type)) return;
        socket.removeEventListener("message", hear);
        resolve(events);
      };
      socket.addEventListener("message", hear);
      socket.addEventListener("close", () => reject(new Error("The connection was closed.")), { once: true });
      socket.send(JSON.stringify({ type: "response.create", ...body }));
    });
  const close = () =>
    new Promise<void>((resolve) => {
      socket.addEventListener("close", () => resolve(), { once: true });
      socket.close();
    });
  return { ask, close };
}

const TARGETS: [string, (...scripts: UpstreamScript[]) => { demo: string; echo: string }][] = [
  [
    "an upstream",
    (...scripts) => {
      team.upstream.script(...scripts);
      return { demo: team.model, echo: team.model };
    },
  ],
  ["builtin", () => ({ demo: "builtin/demo", echo: "builtin/echo" })],
];

function ended(events: readonly WireEvent[]) {
  const last = events.at(-1);
  expect(last?.type).toBe("response.completed");
  return last?.response as { id: string; output: { type: string; call_id: string; content: { text: string }[] }[] };
}

const textOf = (events: readonly WireEvent[]) => ended(events).output.at(-1)?.content[0]?.text;

describe.each(TARGETS)("Node's WebSocket on %s", (_name, prepare) => {
  it("runs turns one after the other, going on from what is stored nowhere", async () => {
    const { ask, close } = await connect();
    const { echo: model } = prepare(chatText(["Word ", "for word."]), chatText("Again."));
    const first = await ask({ model, store: false, input: "Word for word." });
    expect(first[0]?.type).toBe("response.created");
    expect(first.map((event) => event.sequence_number)).toEqual(first.map((_, index) => index));
    expect(textOf(first)).toBe("Word for word.");
    const next = { model, store: false, input: "Again.", previous_response_id: ended(first).id };
    expect(textOf(await ask(next))).toBe("Again.");
    await close();
  });

  it("calls a function and takes its result", async () => {
    const { ask, close } = await connect();
    const call = { id: "call_1", name: "weather", arguments: '{"city":"Oslo"}' };
    const { demo: model } = prepare(chatToolCalls([call]), chatText("weather returned: 5 degrees"));
    const asked = ended(await ask({ model, store: false, input: "weather for the city Oslo", tools: [WEATHER] }));
    const made = asked.output.find((item) => item.type === "function_call");
    const result = { type: "function_call_output", call_id: made?.call_id, output: "5 degrees" };
    const answered = { model, store: false, tools: [WEATHER], previous_response_id: asked.id, input: [result] };
    expect(textOf(await ask(answered))).toContain("5 degrees");
    await close();
  });

  it("is told of an error in one message, and goes on", async () => {
    const { ask, close } = await connect();
    const { echo: model } = prepare();
    expect(await ask({ model, input: 7 })).toMatchObject([{ type: "error", status: 400, error: { param: "input" } }]);
    prepare(chatText("Still here."));
    expect(textOf(await ask({ model, input: "Still here." }))).toBe("Still here.");
    await close();
  });
});
