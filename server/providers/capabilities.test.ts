import { describe, expect, it } from "vitest";
import { toModelInput } from "#server/engine/model-input";
import { WIRE_CAPABILITIES } from "#server/providers/capabilities";
import type { LanguageModel, ModelContent, ModelInput } from "#server/providers/provider";
import { createProvider } from "#server/providers/registry";
import { CAPABILITIES, type Capability, type Cell } from "#server/providers/shared/capability";
import { CAPABILITY_ASKS, CAPABILITY_HEARD, PIXEL } from "#tests/support/capability-asks";
import { callsIn, collectEvents, modelRequest, reasoningIn, userMessage } from "#tests/support/model-request";
import { runEngine } from "#tests/support/run-engine";
import { upstreamForSuite } from "#tests/support/upstream-suite";
import { connectionTo, playing, type VendorWire, vendorWires } from "#tests/support/vendor-wires";
import { WIRE_PROOFS } from "#tests/support/wires/proofs";

const upstream = upstreamForSuite({ PROVIDER_BACKOFF_SECONDS: "0.01" });

function modelOf(wire: VendorWire, modelId = wire.modelId): LanguageModel {
  return createProvider(connectionTo(wire, upstream.baseUrl)).languageModel(modelId);
}

type Row = [Capability, Cell];

function cellsOf(wire: VendorWire, ...support: Cell["support"][]): Row[] {
  const rows = Object.entries(WIRE_CAPABILITIES[wire.key].cells) as Row[];
  return rows.filter(([, cell]) => support.includes(cell.support));
}

it("has recordings for every wire of the table", () => {
  expect(vendorWires.map(({ key }) => key).toSorted()).toEqual(Object.keys(WIRE_CAPABILITIES).toSorted());
});

describe.each(vendorWires)("$name", (wire) => {
  it.each(cellsOf(wire, "no"))("refuses %s before the vendor is asked", async (capability) => {
    const entry = CAPABILITIES[capability];
    if (entry.kind !== "demand") expect.fail(`${capability} is ${entry.kind}: it cannot be refused`);
    const model = modelOf(wire);
    const request = modelRequest(CAPABILITY_ASKS[capability].change);
    const refusal = {
      code: "unsupported_parameter",
      param: entry.param,
      message: expect.stringMatching(new RegExp(`'${entry.param}'.*'vendor/${wire.modelId}'.*Leave it out`)),
    };
    expect(await model.refusal?.(request, request.signal)).toMatchObject(refusal);
    await expect(collectEvents(model, request)).rejects.toMatchObject(refusal);
    expect(upstream.requests).toHaveLength(0);
  });

  it.each(cellsOf(wire, "ignored"))("leaves out %s", async (capability) => {
    expect(CAPABILITIES[capability].kind).toBe("hint");
    const model = modelOf(wire);
    const { change, fixture } = CAPABILITY_ASKS[capability];
    upstream.script(playing(wire, fixture), playing(wire, fixture));
    await collectEvents(model, modelRequest({ ...change, ...withoutHint(capability) }));
    await collectEvents(model, modelRequest(change));
    const [without, withHint] = upstream.requests;
    expect(withHint?.body).toEqual(without?.body);
  });

  const proven = cellsOf(wire, "yes", "partly");
  const proofs = WIRE_PROOFS[wire.key];

  it("has a proof for every cell that needs one, and no other", () => {
    expect(Object.keys(proofs).toSorted()).toEqual(proven.map(([capability]) => capability).toSorted());
  });

  it.each(proven)("proves %s", async (capability) => {
    const ask = CAPABILITY_ASKS[capability];
    const proof = proofs[capability] ?? {};
    const model = modelOf(wire, proof.modelId);
    const input = capability === "signedReasoning" ? await answered(wire, proof.fixture ?? "reasoning") : null;
    const request = modelRequest({ ...ask.change, ...(input && { input }) });
    expect((await model.refusal?.(request, request.signal)) ?? null).toBeNull();
    upstream.script(playing(wire, input ? "text" : (proof.fixture ?? ask.fixture)));
    const events = await collectEvents(model, request);
    expect(upstream.requests.at(-1)?.body).toMatchObject(proof.sent ?? {});
    expect(events.at(-1)).toMatchObject({ type: "finish" });
    CAPABILITY_HEARD[capability]?.(events);
    proof.heard?.(events);
  });

  it.each(cellsOf(wire, "server"))("has this server do %s", async (capability) => {
    const serve = BY_SERVER[capability];
    if (!serve) expect.fail(`nothing shows that this server does ${capability}`);
    await serve(wire);
  });

  /** A conversation whose answer is to be gone on from: its reasoning as the vendor gave it, its first call answered. */
  async function answered(wire: VendorWire, fixture: string): Promise<ModelInput[]> {
    upstream.script(playing(wire, fixture));
    const events = await collectEvents(modelOf(wire), modelRequest(CAPABILITY_ASKS.reasoning.change));
    const sealed = events.findLast((event) => event.type === "reasoning_encrypted");
    const encryptedContent = sealed?.type === "reasoning_encrypted" ? sealed.encryptedContent : null;
    expect(encryptedContent).not.toBeNull();
    const text = reasoningIn(events);
    const summary = text === "" ? [] : [text];
    const [call] = Object.entries(callsIn(events));
    const asked: ModelInput[] = [userMessage("2+2?"), { type: "reasoning", text: "", summary, encryptedContent }];
    if (!call) return [...asked, userMessage("Sure?")];
    const [callId, { name, arguments: args }] = call;
    const output: ModelContent[] = [{ type: "text", text: "rain" }];
    return [
      ...asked,
      { type: "tool_call", callId, name, arguments: args },
      { type: "tool_result", callId, name, output, isError: false },
    ];
  }
});

/** What this server does for every wire. */
const BY_SERVER: Partial<Record<Capability, (wire: VendorWire) => Promise<void>>> = {
  async documents(wire) {
    const url = `data:image/png;base64,${PIXEL}`;
    const read = { filename: "a.pdf", text: "Annual report 42", images: [url] };
    const part = { type: "input_file", file_id: "file_1" } as const;
    const input = toModelInput([{ id: "msg_1", type: "message", role: "user", status: "completed", content: [part] }], {
      images: new Map(),
      documents: new Map([["file_1", read]]),
    });
    upstream.script(playing(wire, "text"));
    await collectEvents(modelOf(wire), modelRequest({ input }));
    const body = JSON.stringify(upstream.requests[0]?.body);
    expect(body).toContain("Annual report 42");
    expect(body).toContain(PIXEL);
  },
  async serialTools(wire) {
    upstream.script(playing(wire, "parallel-tools"));
    const tools = ["get_weather", "get_time"].map((name) => ({
      type: "function",
      name,
      parameters: { type: "object" },
    }));
    const body = { tools, parallel_tool_calls: false };
    const events = await runEngine({ model: modelOf(wire), body });
    const [response] = events.flatMap((event) => (event.type === "response.completed" ? [event.response] : []));
    const calls = response?.output.filter(({ type }) => type === "function_call");
    expect(calls).toMatchObject([{ name: "get_weather" }]);
  },
};

/** What is asked by a capability's request, without the hint itself. */
function withoutHint(capability: Capability) {
  const { input } = CAPABILITY_ASKS[capability].change;
  const hints = { verbosity: null, serviceTier: null, promptCacheKey: null, safetyIdentifier: null, reasoning: null };
  if (!input) return hints;
  const plain = input.filter((item) => item.type !== "reasoning").map((item) => ({ ...item, name: undefined }));
  return { ...hints, input: plain as typeof input };
}
