import { describe, expect, it } from "vitest";
import type { ModelWire } from "#server/providers/capabilities";
import type { LanguageModel, ModelRequest, ModelWarning } from "#server/providers/provider";
import { createProvider } from "#server/providers/registry";
import { CAPABILITY_ASKS } from "#tests/support/capability-asks";
import { collectEvents, modelRequest } from "#tests/support/model-request";
import { upstreamForSuite } from "#tests/support/upstream-suite";
import { connectionTo, playing, vendorWire } from "#tests/support/vendor-wires";

const upstream = upstreamForSuite();

function modelOf(key: ModelWire, modelId: string): LanguageModel {
  return createProvider(connectionTo(vendorWire(key), upstream.baseUrl)).languageModel(modelId);
}

const forced: Partial<ModelRequest> = { ...CAPABILITY_ASKS.tools.change, toolChoice: { type: "required" } };

describe("what hangs on the model", () => {
  it.each<[ModelWire, string, string, Partial<ModelRequest>]>([
    ["google", "gemini-2.5-flash", "presence_penalty", { presencePenalty: 0.5 }],
    ["google", "gemini-2.5-pro", "frequency_penalty", { frequencyPenalty: -1 }],
    ["anthropic", "claude-sonnet-4-5", "tool_choice", { ...forced, reasoning: { effort: "high", summary: null } }],
  ])("is refused before the vendor is asked: %s/%s, %s", async (...[key, modelId, param, change]) => {
    const model = modelOf(key, modelId);
    const request = modelRequest(change);
    expect(await model.refusal?.(request, request.signal)).toMatchObject({
      code: "unsupported_parameter",
      param,
      message: expect.stringContaining("not for this model, or not beside the rest of the request"),
    });
    expect(upstream.requests).toHaveLength(0);
  });

  it("fails the answer all the same when nobody asked beforehand", async () => {
    upstream.script(playing(vendorWire("google"), "text"));
    const asked = collectEvents(modelOf("google", "gemini-2.5-flash"), modelRequest({ presencePenalty: 0.5 }));
    await expect(asked).rejects.toMatchObject({ code: "unsupported_parameter", param: "presence_penalty" });
  });

  it.each<[ModelWire, string, Partial<ModelRequest>]>([
    ["google", "gemini-3-pro-preview", { presencePenalty: 0.5 }],
    ["anthropic", "claude-sonnet-4-5", forced],
    ["google", "gemini-2.5-flash", { presencePenalty: 0, frequencyPenalty: 0 }],
  ])("is no reason to refuse where it is taken: %s/%s", async (key, modelId, change) => {
    const request = modelRequest(change);
    expect(await modelOf(key, modelId).refusal?.(request, request.signal)).toBeNull();
  });
});

it("tells of hints that a package changes or leaves out, and answers", async () => {
  upstream.script(playing(vendorWire("anthropic"), "text"));
  const warnings: ModelWarning[] = [];
  const onWarning = (warning: ModelWarning) => warnings.push(warning);
  const events = await collectEvents(
    modelOf("anthropic", "claude-sonnet-4-5"),
    modelRequest({ temperature: 1.5, topP: 0.5, onWarning }),
  );
  expect(events.at(-1)).toEqual({ type: "finish", reason: "stop" });
  expect(warnings.map(({ setting }) => setting)).toEqual(["temperature", "topP"]);
  expect(upstream.requests[0]?.body).toMatchObject({ temperature: 1 });
  expect(upstream.requests[0]?.body).not.toHaveProperty("top_p");
});
