import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { closePools } from "#server/outbound/pools";
import { WIRE_CAPABILITIES } from "#server/providers/capabilities";
import type { LanguageModel } from "#server/providers/provider";
import { createProvider } from "#server/providers/registry";
import { CAPABILITIES, type Capability, type Cell } from "#server/providers/shared/capability";
import { CAPABILITY_ASKS } from "#tests/support/capability-asks";
import { collectEvents, modelRequest } from "#tests/support/model-request";
import { type ScriptedUpstream, startScriptedUpstream } from "#tests/support/scripted-upstream";
import { connectionTo, playing, type VendorWire, vendorWires } from "#tests/support/vendor-wires";

let upstream: ScriptedUpstream;

beforeAll(async () => {
  setConfig(parseConfig({ PROVIDER_BACKOFF_SECONDS: "0.01" }));
  upstream = await startScriptedUpstream();
});

afterAll(async () => {
  await closePools();
  await upstream.close();
});

function modelOf(wire: VendorWire): LanguageModel {
  return createProvider(connectionTo(wire, upstream.baseUrl)).languageModel(wire.modelId);
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
  beforeEach(() => {
    upstream.requests.length = 0;
  });

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
});

/** What is asked by a capability's request, without the hint itself. */
function withoutHint(capability: Capability) {
  const { input } = CAPABILITY_ASKS[capability].change;
  const hints = { verbosity: null, serviceTier: null, promptCacheKey: null, safetyIdentifier: null, reasoning: null };
  if (!input) return hints;
  const plain = input.filter((item) => item.type !== "reasoning").map((item) => ({ ...item, name: undefined }));
  return { ...hints, input: plain as typeof input };
}
