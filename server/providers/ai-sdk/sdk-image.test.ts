import { describe, expect, test } from "vitest";
import { createBedrockProvider } from "#server/providers/ai-sdk/bedrock";
import { createGoogleProvider } from "#server/providers/ai-sdk/google";
import { imageRequest } from "#tests/support/image-request";
import { testConnection } from "#tests/support/model-request";
import { upstreamForSuite } from "#tests/support/upstream-suite";

const upstream = upstreamForSuite({ PROVIDER_BACKOFF_SECONDS: "0.01" });
const png = { bytes: new Uint8Array([137, 80, 78, 71]), mediaType: "image/png" };

function google() {
  const connection = testConnection({ kind: "google", baseUrl: upstream.baseUrl });
  const model = createGoogleProvider(connection).imageModel?.("gemini-2.5-flash-image");
  if (!model) throw new Error("no model");
  return model;
}

function nova() {
  const connection = testConnection({ kind: "bedrock", baseUrl: upstream.baseUrl, settings: { region: "us-east-1" } });
  const model = createBedrockProvider(connection).imageModel?.("amazon.nova-canvas-v1:0");
  if (!model) throw new Error("no model");
  return model;
}

const geminiAnswer = (parts: object[]) => ({
  candidates: [{ content: { role: "model", parts }, finishReason: "STOP" }],
  usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 1_290, totalTokenCount: 1_295 },
});

describe("an image model of the AI SDK's", () => {
  test("at Google is told a shape and the images to change, and gives the image and its tokens", async () => {
    const inlineData = { mimeType: "image/png", data: "QQ==" };
    upstream.script((exchange) => exchange.json(200, geminiAnswer([{ inlineData }])));
    const drawn = await google().draw(imageRequest({ size: "1536x1024", images: [png] }));
    expect(drawn).toEqual({ base64: "QQ==", usage: { inputTokens: 5, outputTokens: 1_290 } });
    expect(upstream.requests.at(-1)?.body).toMatchObject({
      contents: [{ parts: [{ text: "A cat" }, { inlineData: { mimeType: "image/png" } }] }],
      generationConfig: { responseModalities: ["IMAGE"], imageConfig: { aspectRatio: "3:2" } },
    });
  });

  test("on Bedrock is told a size, and a mask", async () => {
    upstream.script((exchange) => exchange.json(200, { images: ["QQ=="] }));
    expect(await nova().draw(imageRequest({ size: "1024x512" }))).toMatchObject({ base64: "QQ==" });
    expect(upstream.requests.at(-1)?.body).toMatchObject({ imageGenerationConfig: { width: 1024, height: 512 } });
    upstream.script((exchange) => exchange.json(200, { images: ["QQ=="] }));
    await nova().draw(imageRequest({ images: [png], mask: png }));
    expect(upstream.requests.at(-1)?.body).toMatchObject({
      taskType: "INPAINTING",
      inPaintingParams: { image: "iVBORw==", maskImage: "iVBORw==" },
    });
  });

  test("that sends no image has failed, and so has one that refuses", async () => {
    upstream.script((exchange) => exchange.json(200, geminiAnswer([{ text: "I cannot draw that." }])));
    await expect(google().draw(imageRequest())).rejects.toMatchObject({ code: "provider_error" });
    upstream.script((exchange) => exchange.json(400, { error: { code: 400, message: "Not so." } }));
    await expect(google().draw(imageRequest())).rejects.toThrow("Not so.");
  });

  test("is not asked again after a server error: the image may have been drawn", async () => {
    upstream.script((exchange) => exchange.json(503, { error: { code: 503, message: "Overloaded." } }));
    await expect(google().draw(imageRequest())).rejects.toMatchObject({ code: "provider_error" });
    expect(upstream.requests).toHaveLength(1);
  });

  test("refuses what its vendor has no place for", () => {
    const demand = { ...imageRequest(), masked: false, edits: false };
    expect(google().refusal({ ...demand, size: "1024x1024", edits: true })).toBeNull();
    expect(google().refusal({ ...demand, masked: true })).toMatchObject({ param: "input_image_mask" });
    expect(google().refusal({ ...demand, background: "transparent" })).toMatchObject({ param: "background" });
    expect(nova().refusal({ ...demand, masked: true })).toBeNull();
    expect(nova().refusal({ ...demand, outputFormat: "webp" })).toMatchObject({ param: "output_format" });
  });
});
