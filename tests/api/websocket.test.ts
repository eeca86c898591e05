import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { newId } from "#server/ids";
import { eventFaults } from "#tests/contract/faults";
import { hasReference } from "#tests/support/captures";
import { eventually } from "#tests/support/eventually";
import { createScriptedTeam, type ScriptedTeam } from "#tests/support/scripted-team";
import { chatChunk, chatText, chatUsage, type UpstreamExchange } from "#tests/support/scripted-upstream";
import { createTeam, openaiClient, query } from "#tests/support/server";
import { ask, envelopeOf, responseOf, type SocketOptions, socketPool, textOf } from "#tests/support/websocket-client";

const server = inject("server");
let team: ScriptedTeam;
const sockets = socketPool(server);

beforeAll(async () => {
  team = await createScriptedTeam(server);
});
afterAll(() => team.close());

afterEach(() => sockets.close());

const open = (options: Partial<SocketOptions> = {}) => sockets.open({ key: team.key, ...options });

/** What the scripted upstream was last shown of the conversation. */
const shown = () => team.upstream.requests.at(-1)?.body.messages;
const user = (content: string) => ({ role: "user", content });

function holdNextCall(): Promise<UpstreamExchange> {
  return new Promise((resolve) =>
    team.upstream.script((exchange) => {
      exchange.send(chatChunk({ role: "assistant", content: "first " }));
      resolve(exchange);
    }),
  );
}

const MISSING_OUTPUT = { type: "function_call_output", call_id: "call_nobody_made", output: "x" };

describe.each([
  { dialect: "default", contract: "openai", strict: false },
  { dialect: "strict", contract: "open-responses", strict: true },
] as const)("in the $dialect dialect", ({ contract, strict }) => {
  it("runs requests that came together one after another", async () => {
    const socket = await open({ strict });
    const words = ["one", "two", "three"];
    for (const input of words) socket.create({ model: "builtin/echo", store: false, input });
    for (const word of words) {
      const events = await socket.turn();
      expect(textOf(responseOf(events))).toBe(word);
      if (hasReference) expect(events.flatMap((event) => eventFaults(contract, event))).toEqual([]);
    }
  });

  it("goes on from unstored responses, the model seeing all of it in order", async () => {
    const socket = await open({ strict });
    team.upstream.script(chatText("OK."), chatText("Copper."), chatText("Still copper."));
    const first = responseOf(await ask(socket, { model: team.model, store: false, input: "The word is copper." }));
    const next = { model: team.model, store: false, previous_response_id: first.id, input: "Which word?" };
    const second = responseOf(await ask(socket, next));
    expect(second).toMatchObject({ status: "completed", previous_response_id: first.id, store: false });
    responseOf(await ask(socket, { ...next, previous_response_id: second.id, input: "Sure?" }));
    const said = [user("The word is copper."), { role: "assistant", content: "OK." }, user("Which word?")];
    expect(shown()).toMatchObject([...said, { role: "assistant", content: "Copper." }, user("Sure?")]);
  });

  it("knows nothing of it on a new connection, which can go on with a new chain", async () => {
    const before = await open({ strict });
    const first = responseOf(await ask(before, { model: "builtin/echo", store: false, input: "Hi" }));
    await before.close();
    const socket = await open({ strict });
    const lost = { model: "builtin/echo", store: false, previous_response_id: first.id, input: "Again" };
    expect(envelopeOf(await ask(socket, lost))).toMatchObject({
      status: 400,
      error: {
        code: "previous_response_not_found",
        type: strict ? "invalid_request" : "invalid_request_error",
        param: "previous_response_id",
        message: expect.stringContaining(first.id),
      },
    });
    expect(textOf(responseOf(await ask(socket, { model: "builtin/echo", store: false, input: "Anew" })))).toBe("Anew");
  });

  it("forgets what a failed request wanted to continue from", async () => {
    const socket = await open({ strict });
    const first = responseOf(await ask(socket, { model: "builtin/echo", store: false, input: "Hi" }));
    const next = { model: "builtin/echo", store: false, previous_response_id: first.id };
    expect(envelopeOf(await ask(socket, { ...next, input: [MISSING_OUTPUT] })).status).toBe(400);
    const again = envelopeOf(await ask(socket, { ...next, input: "Hi" }));
    expect(again.error.code).toBe("previous_response_not_found");
  });

  it.each(["stream", "stream_options", "background"])("refuses the field %s and goes on", async (field) => {
    const socket = await open({ strict });
    for (const value of strict ? [true, false, null, {}] : [false, null]) {
      const refused = envelopeOf(await ask(socket, { model: "builtin/echo", input: "Hi", [field]: value }));
      expect(refused).toMatchObject({ status: 400, error: { param: field, code: "unsupported_parameter" } });
    }
    responseOf(await ask(socket, { model: "builtin/echo", input: "Hi" }));
  });

  it("ends a run that fails with response.failed alone", async () => {
    const socket = await open({ strict });
    const before = responseOf(await ask(socket, { model: "builtin/echo", store: false, input: "Hi" }));
    const next = { model: team.model, previous_response_id: before.id, input: "Go on" };
    const held = holdNextCall();
    socket.create(next);
    const exchange = await held;
    // Once something was said, nobody tries again.
    await eventually(() => expect(socket.received.join("")).toContain('"delta":"first "'));
    exchange.cut();
    const events = await socket.turn();
    expect(responseOf(events)).toMatchObject({ status: "failed", error: { code: "provider_error" } });
    expect(events.map((event) => event.type)).not.toContain("error");
    if (hasReference) expect(events.flatMap((event) => eventFaults(contract, event))).toEqual([]);
    expect(await team.client.responses.retrieve(responseOf(events).id)).toMatchObject({ status: "failed" });
    // What it wanted to continue from is gone with it.
    expect(envelopeOf(await ask(socket, next)).error.code).toBe("previous_response_not_found");
  });
});

describe("stored responses", () => {
  it("are found on any connection, also after a request that failed", async () => {
    const made = await team.client.responses.create({ model: "builtin/echo", input: "Hi" });
    const socket = await open();
    const next = { model: "builtin/echo", previous_response_id: made.id };
    envelopeOf(await ask(socket, { ...next, input: [MISSING_OUTPUT] }));
    expect(responseOf(await ask(socket, { ...next, input: "On" })).status).toBe("completed");
  });

  it("bring the unstored ones they go on from, so that their chain is whole elsewhere", async () => {
    const socket = await open();
    team.upstream.script(chatText("OK."), chatText("Yes."), chatText("Tin."));
    const first = responseOf(await ask(socket, { model: team.model, store: false, input: "The word is tin." }));
    const second = responseOf(
      await ask(socket, { model: team.model, previous_response_id: first.id, input: "Clear?" }),
    );
    await team.client.responses.create({ model: team.model, previous_response_id: second.id, input: "Which?" });
    expect(shown()).toMatchObject([
      user("The word is tin."),
      { content: "OK." },
      user("Clear?"),
      { content: "Yes." },
      user("Which?"),
    ]);
  });

  it("leave nothing behind when they were not to be stored", async () => {
    const socket = await open();
    const canary = newId("item");
    const first = responseOf(await ask(socket, { model: "builtin/echo", store: false, input: canary }));
    const next = { model: "builtin/echo", store: false, previous_response_id: first.id, input: "more" };
    responseOf(await ask(socket, next));
    const found = await query(server, "SELECT id FROM item WHERE team_id = $1 AND body::text LIKE $2", [
      team.teamId,
      `%${canary}%`,
    ]);
    expect(found).toEqual([]);
    await expect(team.client.responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
  });

  describe("of another team", () => {
    const theirs = { response: "", message: "", conversation: "", prompt: "" };

    beforeAll(async () => {
      const other = openaiClient(server, (await createTeam(server)).key);
      const response = await other.responses.create({ model: "builtin/echo", input: "theirs" });
      theirs.response = response.id;
      theirs.message = response.output[0]?.id ?? "";
      theirs.conversation = (await other.conversations.create()).id;
      const body = { name: "Theirs", instructions: "Theirs." };
      theirs.prompt = (await other.post<{ id: string }>("/prompts", { body })).id;
    });

    it.each([
      ["previous_response_id", "response", (id: string) => ({ previous_response_id: id, input: "x" })],
      [
        "previous_response_id of a warm-up",
        "response",
        (id: string) => ({ previous_response_id: id, generate: false }),
      ],
      ["item_reference", "message", (id: string) => ({ input: [{ type: "item_reference", id }] })],
      ["conversation", "conversation", (id: string) => ({ conversation: id, input: "x" })],
      ["prompt", "prompt", (id: string) => ({ prompt: { id }, input: "x" })],
    ] as const)("answer exactly as unknown ones: %s", async (name, kind, body) => {
      const unknown = newId(kind);
      expect(theirs[kind]).not.toBe("");
      const socket = await open();
      const answers = [];
      for (const id of [theirs[kind], unknown]) {
        const { error, ...rest } = envelopeOf(await ask(socket, { model: "builtin/echo", ...body(id) }));
        const { headers: _, ...told } = error;
        answers.push(JSON.stringify({ ...rest, error: told }).replaceAll(id, "<id>"));
      }
      expect(answers[0]).toBe(answers[1]);
      expect(answers[0]).toContain(name.startsWith("previous") ? "previous_response_not_found" : "not found");
    });
  });
});

describe("preparing a response (generate: false)", () => {
  it.each([true, false])("gives an id to go on from, without a word from the model (store: %s)", async (store) => {
    const socket = await open();
    const calls = team.upstream.requests.length;
    const prepared = responseOf(
      await ask(socket, {
        model: team.model,
        store,
        generate: false,
        input: [user("Be ready.")],
        instructions: "Brief.",
      }),
    );
    expect(prepared).toMatchObject({ status: "completed", output: [], usage: { total_tokens: 0 }, store });
    expect(team.upstream.requests).toHaveLength(calls);
    team.upstream.script(chatText("Ready."), chatText("Ready again."));
    const next = { model: team.model, store, previous_response_id: prepared.id, input: "Go." };
    responseOf(await ask(socket, next));
    responseOf(await ask(socket, next));
    expect(shown()).toMatchObject([user("Be ready."), user("Go.")]);
  });

  it("needs no input, and refuses what a run would refuse", async () => {
    const socket = await open();
    expect(responseOf(await ask(socket, { model: "builtin/echo", generate: false })).output).toEqual([]);
    expect(envelopeOf(await ask(socket, { model: "nobodys/model", generate: false })).error.code).toBe(
      "model_not_found",
    );
  });
});

it("takes the provider that the upgrade names for every turn", async () => {
  const socket = await open({ headers: { "x-model-provider": "scripted", "x-provider-api-key": "sk-own" } });
  for (const word of ["One.", "Two."]) {
    team.upstream.script(chatText(word));
    const response = responseOf(await ask(socket, { model: "scripted-model", input: "Hi" }));
    expect(textOf(response)).toBe(word);
    expect(team.upstream.requests.at(-1)?.headers.authorization).toBe("Bearer sk-own");
  }
});

it("goes on from an unstored response whose context was compacted", async () => {
  const socket = await open();
  team.upstream.script(chatText("In short: tin."), chatText("Noted."), chatText("Tin."));
  const input = [user("The word is tin."), { role: "assistant", content: "blah ".repeat(1200) }, user("Clear?")];
  const context_management = [{ type: "compaction", compact_threshold: 1000 }];
  const base = { model: team.model, store: false };
  const first = responseOf(await ask(socket, { ...base, input, context_management }));
  expect(first.output).toMatchObject([{ type: "compaction" }, { type: "message" }]);
  responseOf(await ask(socket, { ...base, previous_response_id: first.id, input: "Which word?" }));
  expect(JSON.stringify(shown())).toContain("In short: tin.");
  expect(JSON.stringify(shown())).not.toContain("blah");
});

it("aborts the run of a client that leaves: the vendor's socket closes, the response is cancelled", async () => {
  const socket = await open();
  const held = holdNextCall();
  socket.create({ model: team.model, input: "Leave me" });
  const exchange = await held;
  const created = (await socket.next()).response as { id: string };
  await eventually(() => expect(socket.received.join("")).toContain("first "));
  socket.socket.terminate();
  await exchange.abandoned;
  const stored = await eventually(() => team.client.responses.retrieve(created.id));
  expect(stored).toMatchObject({ status: "cancelled", output_text: "first " });
});

it("streams: the vendor says its second word only after the client has the first", async () => {
  const socket = await open();
  const held = holdNextCall();
  socket.create({ model: team.model, input: "Slowly" });
  const exchange = await held;
  await eventually(() => expect(socket.received.join("")).toContain('"delta":"first "'));
  exchange.send(chatChunk({ content: "second" }));
  exchange.send(chatChunk({}, "stop"));
  exchange.send(chatUsage({ prompt: 3, completion: 2 }));
  exchange.done();
  expect(textOf(responseOf(await socket.turn()))).toBe("first second");
});
