import { beforeEach, describe, expect, it } from "vitest";
import type { LanguageModel } from "#server/providers/provider";
import { createProvider } from "#server/providers/registry";
import { collectEvents, modelRequest, textIn } from "#tests/support/model-request";
import type { UpstreamScript } from "#tests/support/scripted-upstream";
import { upstreamForSuite } from "#tests/support/upstream-suite";
import {
  beginningOf,
  connectionTo,
  eventsWithoutJson,
  type VendorWire,
  vendorWires,
  withoutUsage,
} from "#tests/support/vendor-wires";

const upstream = upstreamForSuite({ PROVIDER_MAX_ATTEMPTS: "1" });

function openModel(wire: VendorWire): LanguageModel {
  return createProvider(connectionTo(wire, upstream.baseUrl)).languageModel(wire.modelId);
}

function saying(text: string | Buffer): UpstreamScript {
  return (exchange) => {
    exchange.sendRaw(text);
    exchange.end();
  };
}

/** What every wire makes of answers that are not as they should be. */
describe.each(vendorWires)("$name", (wire) => {
  let model: LanguageModel;

  beforeEach(() => {
    model = openModel(wire);
  });

  const fixture = () => wire.fixture("text");
  /** The frame after the beginning, cut in its middle. */
  const halfFrame = () => fixture().subarray(0, beginningOf(wire).length + 30);

  it.each<[string, () => UpstreamScript]>([
    ["a stream that ends in the middle of a frame", () => saying(halfFrame())],
    ["a stream that ends between two frames, without a reason", () => saying(beginningOf(wire))],
    [
      "a connection that is cut in the middle of a frame",
      () => async (exchange) => {
        exchange.sendRaw(halfFrame());
        await new Promise(setImmediate);
        exchange.cut();
      },
    ],
    ["frames that are no JSON", () => saying(Buffer.concat([beginningOf(wire), eventsWithoutJson(wire)]))],
    ["a stream of nothing", () => saying("")],
    ["a page in place of an answer", () => saying("<!doctype html><html><body>Bad gateway</body></html>")],
    [
      "200 with an error for its body",
      () => (exchange) => exchange.json(200, { error: { message: "The server is overloaded", code: 503 } }),
    ],
  ])("%s is a provider's error", async (_name, script) => {
    upstream.script(script());
    const failure = await collectEvents(model, modelRequest()).then(
      (events) => expect.fail(`answered with ${JSON.stringify(events)}`),
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: "provider_error", detail: { provider: "vendor" } });
  });

  it.skipIf(wire.binary)("reads lines that end in CRLF, comments and blank lines", async () => {
    const strange = `: hello\n\n\n${fixture()}`.replaceAll("\r\n", "\n").replaceAll("\n", "\r\n");
    upstream.script(saying(strange));
    expect(textIn(await collectEvents(model, modelRequest()))).toContain("Hello, w\u00f6rld");
  });
});

describe.each(vendorWires.filter((wire) => !wire.alwaysUsage))("$name without usage", (wire) => {
  it("answers all the same", async () => {
    upstream.script(saying(withoutUsage(wire)));
    const events = await collectEvents(openModel(wire), modelRequest());
    expect(textIn(events)).toContain("Hello, w\u00f6rld");
    expect(events.some((event) => event.type === "usage")).toBe(false);
    expect(events.at(-1)).toEqual({ type: "finish", reason: "stop" });
  });
});

describe.each(vendorWires.filter(({ kind }) => kind === "openai-compatible"))("$name, read by ourselves", (wire) => {
  it("passes on what came in the same read as the failure", async () => {
    upstream.script(saying(Buffer.concat([beginningOf(wire), eventsWithoutJson(wire)])));
    let heard = "";
    const reading = (async () => {
      for await (const events of openModel(wire).stream(modelRequest())) heard += textIn(events);
    })();
    await expect(reading).rejects.toMatchObject({ code: "provider_error" });
    expect(heard).toBe("Hello, ");
  });
});
