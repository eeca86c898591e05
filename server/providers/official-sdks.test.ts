import { describe, expect, it } from "vitest";
import { WIRE_CAPABILITIES } from "#server/providers/capabilities";
import { createProvider } from "#server/providers/registry";
import type { Capability, Cell } from "#server/providers/shared/capability";
import { CAPABILITY_ASKS } from "#tests/support/capability-asks";
import { collectEvents, modelRequest } from "#tests/support/model-request";
import { heardFrom } from "#tests/support/official-sdks/official-sdk";
import { OFFICIAL_SDKS } from "#tests/support/official-sdks/official-sdks";
import { upstreamForSuite } from "#tests/support/upstream-suite";
import { connectionTo, playing, type VendorWire, vendorWires } from "#tests/support/vendor-wires";
import { WIRE_PROOFS } from "#tests/support/wires/proofs";

const upstream = upstreamForSuite();

/** The recordings that prove the cells of a wire. */
function recordingsOf({ key }: VendorWire): string[] {
  const cells = Object.entries(WIRE_CAPABILITIES[key].cells) as [Capability, Cell][];
  const names = cells.flatMap(([capability, cell]) => {
    const isProven = (cell.support === "yes" || cell.support === "partly") && cell.unproven === undefined;
    return isProven ? [WIRE_PROOFS[key][capability]?.fixture ?? CAPABILITY_ASKS[capability].fixture] : [];
  });
  return [...new Set(names)];
}

// What an adapter makes of a recording is what the vendor's own SDK reads in it: so the recordings are of the form that
// vendors send, and the capability table rests on more than our reading of their manuals.
describe.each(vendorWires)("$name", (wire) => {
  const sdk = OFFICIAL_SDKS[wire.key];

  it("names the SDK that proves it", () => {
    expect(sdk?.package ?? null).toBe(WIRE_CAPABILITIES[wire.key].sdk);
  });

  it.each(sdk ? recordingsOf(wire) : [])("says in %s what the vendor's own SDK reads", async (fixture) => {
    upstream.setDefault(playing(wire, fixture));
    const read = await sdk?.ask(upstream.baseUrl);
    const model = createProvider(connectionTo(wire, upstream.baseUrl)).languageModel(wire.modelId);
    const { usage, ...heard } = heardFrom(await collectEvents(model, modelRequest()));
    expect(read).toMatchObject(heard);
    expect(usage).toMatchObject(read?.usage ?? {});
  });
});
