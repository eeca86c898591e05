import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { record } from "#server/protocol/json-values";
import { brokenRules } from "#server/protocol/stream-rules";
import { eventually } from "#tests/support/eventually";
import {
  addConnection,
  createScriptedTeam,
  eventsOf,
  postResponse,
  type ScriptedTeam,
} from "#tests/support/scripted-team";
import type { UpstreamScript } from "#tests/support/scripted-upstream";
import { query, type RunningServer, startServer } from "#tests/support/server";
import { beginningOf, eventsWithoutJson, type VendorWire, vendorWire, withoutUsage } from "#tests/support/vendor-wires";

// What a vendor may get wrong, through the whole server: each ends in the right error, a terminal event, a terminal row
// and a trace, and leaves no run and no socket behind.

let server: RunningServer;
let team: ScriptedTeam;

beforeAll(async () => {
  server = await startServer({
    env: {
      PROVIDER_MAX_ATTEMPTS: "1",
      PROVIDER_FIRST_BYTE_TIMEOUT_SECONDS: "1",
      PROVIDER_IDLE_TIMEOUT_SECONDS: "1",
      TRACE_FLUSH_SECONDS: "0.02",
      // A run that is left behind would refuse the next one.
      MAX_CONCURRENT_RUNS: "1",
    },
  });
  team = await createScriptedTeam(server);
  const { baseUrl } = team.upstream;
  for (const wire of ["chat", "responses"]) await addConnection(server, team.teamId, { name: wire, baseUrl, wire });
});
afterAll(async () => {
  await server.stop();
  await server.remove();
  await team.close();
});

const saying =
  (...pieces: (string | Buffer)[]): UpstreamScript =>
  async (exchange) => {
    for (const piece of pieces) {
      exchange.sendRaw(piece);
      await new Promise(setImmediate);
    }
    exchange.end();
  };

const halfFrame = (wire: VendorWire) => wire.fixture("text").subarray(0, beginningOf(wire).length + 30);

interface Fault {
  script: (wire: VendorWire) => UpstreamScript;
  code: "provider_error" | "provider_timeout";
  /** The client has had `Hello, ` by then. */
  spoke: boolean;
}

const FAULTS: Record<string, Fault> = {
  "stalls before its first word": {
    script: () => (exchange) => exchange.openStream(),
    code: "provider_timeout",
    spoke: false,
  },
  "stalls after a word": {
    script: (wire) => (exchange) => exchange.sendRaw(beginningOf(wire)),
    code: "provider_timeout",
    spoke: true,
  },
  "is cut in the middle of a frame": {
    script: (wire) => async (exchange) => {
      exchange.sendRaw(halfFrame(wire));
      await new Promise(setImmediate);
      exchange.cut();
    },
    code: "provider_error",
    spoke: true,
  },
  "ends in the middle of a frame": { script: (wire) => saying(halfFrame(wire)), code: "provider_error", spoke: true },
  "ends without a finish reason": { script: (wire) => saying(beginningOf(wire)), code: "provider_error", spoke: true },
  "sends frames that are no JSON": {
    script: (wire) => saying(beginningOf(wire), eventsWithoutJson(wire)),
    code: "provider_error",
    spoke: true,
  },
  "sends a page": { script: () => saying("<!doctype html><p>Bad gateway"), code: "provider_error", spoke: false },
  "sends nothing": { script: () => saying(""), code: "provider_error", spoke: false },
  "sends 200 with an error for its body": {
    script: () => (exchange) => exchange.json(200, { error: { message: "The server is overloaded", code: 503 } }),
    code: "provider_error",
    spoke: false,
  },
};

const ODDITIES: Record<string, (wire: VendorWire) => UpstreamScript> = {
  "ends its lines with CRLF": (wire) => saying(wire.fixture("text").toString().replaceAll("\n", "\r\n")),
  "splits every character across two reads": (wire) => {
    const bytes = wire.fixture("text");
    const inside = [...bytes.keys()].filter((at) => ((bytes[at] ?? 0) & 0xc0) === 0x80);
    const cuts = [0, ...inside, bytes.length];
    return saying(...cuts.slice(1).map((cut, index) => bytes.subarray(cuts[index], cut)));
  },
  "tells no usage": (wire) => saying(withoutUsage(wire)),
};

/** The rows that a request has left: its response's and its trace's, once that is written. */
function rowsOf(answer: Response) {
  return eventually(async () => {
    const [trace] = await query(
      server,
      `SELECT t.status, t.error_code, r.status AS stored FROM trace t
       LEFT JOIN response r ON r.team_id = t.team_id AND r.id = t.response_id
       WHERE t.team_id = $1 AND t.id = $2 AND t.status <> 'running'`,
      [team.teamId, answer.headers.get("x-request-id")],
    );
    if (!trace) throw new Error("the trace is not written yet");
    return trace;
  });
}

const ask = (wire: string, stream: boolean) =>
  postResponse({ server, key: team.key }, { model: `${wire}/m`, input: "Hi", stream });

describe.each([
  { name: "chat", wire: vendorWire("openai-chat") },
  { name: "responses", wire: vendorWire("openai-responses") },
])("a vendor of the $name wire that", ({ name, wire }) => {
  it.each(Object.entries(FAULTS))("%s fails the response", async (_name, { script, code, spoke }) => {
    team.upstream.setDefault(script(wire));
    const failed = { status: "error", error_code: code, stored: "failed" };

    const streamed = await ask(name, true);
    expect(streamed.status).toBe(200);
    const text = await streamed.text();
    const events = eventsOf(text);
    expect(brokenRules(events)).toEqual([]);
    expect(events.slice(-2)).toMatchObject([
      { type: "error", code },
      { type: "response.failed", response: { status: "failed", error: { code } } },
    ]);
    expect(text.includes('"delta":"Hello')).toBe(spoke);
    expect(await rowsOf(streamed)).toEqual(failed);

    const whole = await ask(name, false);
    expect(whole.status).toBe(code === "provider_timeout" ? 504 : 502);
    expect(record(await whole.json()).error).toMatchObject({ code, type: "server_error" });
    expect(await rowsOf(whole)).toEqual(failed);
  });

  it.each(Object.entries(ODDITIES))("%s is understood", async (_name, script) => {
    team.upstream.setDefault(script(wire));
    const streamed = await ask(name, true);
    const events = eventsOf(await streamed.text());
    expect(brokenRules(events)).toEqual([]);
    expect(events.at(-1)).toMatchObject({ type: "response.completed", response: { status: "completed" } });
    expect(JSON.stringify(events.at(-1))).toContain("Hello, wörld! 🌍");
    expect(await rowsOf(streamed)).toEqual({ status: "ok", error_code: null, stored: "completed" });
  });
});

it("no socket to the vendor is left over but one that waits for the next request", async () => {
  await eventually(async () => expect(await team.upstream.openConnections()).toBeLessThanOrEqual(1));
});
