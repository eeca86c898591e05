import { describe, expect, test } from "vitest";
import type { DrawnImage } from "#server/providers/image";
import { createImageModel } from "#server/providers/openai-compatible/image-model";
import { imageRequest } from "#tests/support/image-request";
import { testConnection } from "#tests/support/model-request";
import { upstreamForSuite } from "#tests/support/upstream-suite";

const upstream = upstreamForSuite({ PROVIDER_BACKOFF_SECONDS: "0.01" });
const open = (id: string) => createImageModel(testConnection({ baseUrl: upstream.baseUrl }), id);
const sent = () => upstream.requests.at(-1);
const png = { bytes: new Uint8Array([137, 80, 78, 71]), mediaType: "image/png" };

describe("a model behind /images", () => {
  test("is asked for no more than the caller said, and told apart by its vendor's rules", async () => {
    upstream.script((exchange) => exchange.json(200, { data: [{ b64_json: "QQ==" }] }));
    expect(await open("gpt-image-1").draw(imageRequest())).toEqual({ base64: "QQ==" });
    expect(sent()).toMatchObject({ path: "/v1/images/generations" });
    expect(sent()?.body).toEqual({ model: "gpt-image-1", prompt: "A cat", n: 1 });
    upstream.script((exchange) => exchange.json(200, { data: [{ b64_json: "QQ==", revised_prompt: "A red cat" }] }));
    const drawn = await open("grok-2-image").draw(imageRequest({ size: "1024x1024", quality: "low" }));
    expect(drawn).toEqual({ base64: "QQ==", revisedPrompt: "A red cat" });
    expect(sent()?.body).toMatchObject({ response_format: "b64_json", size: "1024x1024", quality: "low" });
  });

  test("tells what it has made, and the tokens", async () => {
    const made = { size: "1024x1536", quality: "high", background: "opaque", output_format: "webp" };
    const usage = { input_tokens: 12, input_tokens_details: { text_tokens: 8, image_tokens: 4 }, output_tokens: 4_000 };
    upstream.script((exchange) => exchange.json(200, { data: [{ b64_json: "QQ==" }], ...made, usage }));
    const asked = { outputFormat: "webp", outputCompression: 80, moderation: "low", background: "opaque" } as const;
    expect(await open("gpt-image-1").draw(imageRequest(asked))).toEqual({
      base64: "QQ==",
      size: "1024x1536",
      quality: "high",
      background: "opaque",
      usage: { inputTokens: 12, imageInputTokens: 4, outputTokens: 4_000 },
    });
    expect(sent()?.body).toMatchObject({
      output_format: "webp",
      output_compression: 80,
      moderation: "low",
      background: "opaque",
    });
  });

  test("shows the image on its way", async () => {
    upstream.script((exchange) => {
      const picture = (index: number) => ({ b64_json: `cGFydA==${index}`, partial_image_index: index, size: "1x1" });
      exchange.send({ type: "image_generation.partial_image", ...picture(0) });
      exchange.send({ type: "image_generation.partial_image", ...picture(1) });
      exchange.send({ type: "image_generation.completed", b64_json: "QQ==" });
      exchange.end();
    });
    const partials: DrawnImage[] = [];
    const request = imageRequest({ partialImages: 2, onPartial: (image) => partials.push(image) });
    expect(await open("gpt-image-1").draw(request)).toEqual({ base64: "QQ==" });
    expect(partials).toEqual([
      { base64: "cGFydA==0", size: "1x1" },
      { base64: "cGFydA==1", size: "1x1" },
    ]);
    expect(sent()?.body).toMatchObject({ stream: true, partial_images: 2 });
  });

  test("changes images that are sent as a form, with a mask", async () => {
    upstream.script((exchange) => exchange.json(200, { data: [{ b64_json: "QQ==" }] }));
    const asked = { images: [png, png], mask: png, inputFidelity: "high", moderation: "low" } as const;
    await open("gpt-image-1").draw(imageRequest(asked));
    expect(sent()?.path).toBe("/v1/images/edits");
    const form = sent()?.rawBody ?? "";
    expect(form.match(/name="image\[\]"/g)).toHaveLength(2);
    expect(form).toMatch(/name="mask"; filename="mask.png"\r\nContent-Type: image\/png/);
    expect(form).toMatch(/name="input_fidelity"\r\n\r\nhigh/);
    expect(form).not.toContain("moderation");
  });

  test.each<[string, Parameters<typeof upstream.script>[0], string]>([
    ["no image", (exchange) => exchange.json(200, { data: [] }), "sent no image"],
    ["a stream without one", (exchange) => exchange.end(), "sent no image"],
    [
      "an error in the stream",
      (exchange) => {
        exchange.send({ type: "error", error: { message: "moderation_blocked", type: "invalid_request_error" } });
        exchange.end();
      },
      "moderation_blocked",
    ],
    [
      "a refusal",
      (exchange) => exchange.json(400, { error: { message: "Your prompt is not allowed." } }),
      "not allowed",
    ],
  ])("that sends %s has failed", async (name, script, words) => {
    upstream.script(script);
    const partialImages = name.includes("stream") ? 1 : 0;
    await expect(open("gpt-image-1").draw(imageRequest({ partialImages }))).rejects.toThrow(words);
  });

  test.each<[string, Parameters<typeof upstream.script>[0]]>([
    ["a server error", (exchange) => exchange.json(503, { error: { message: "overloaded" } })],
    ["a connection that breaks", (exchange) => exchange.cut()],
  ])("is not asked again after %s: the image may have been drawn", async (_, script) => {
    upstream.script(script);
    await expect(open("gpt-image-1").draw(imageRequest())).rejects.toMatchObject({ code: "provider_error" });
    expect(upstream.requests).toHaveLength(1);
  });

  test("is left when its caller is gone", async () => {
    const stop = new AbortController();
    const left = Promise.withResolvers<void>();
    upstream.script((exchange) => {
      stop.abort(new Error("enough"));
      void exchange.abandoned.then(left.resolve);
    });
    await expect(open("gpt-image-1").draw(imageRequest({ signal: stop.signal }))).rejects.toThrow("enough");
    await left.promise;
  });

  test("is asked again when it has refused for its rate alone", async () => {
    upstream.script(
      (exchange) => exchange.json(429, { error: { message: "Slow down." } }, { "retry-after-ms": "1" }),
      (exchange) => exchange.json(200, { data: [{ b64_json: "QQ==" }] }),
    );
    expect(await open("gpt-image-1").draw(imageRequest())).toEqual({ base64: "QQ==" });
    expect(upstream.requests).toHaveLength(2);
  });

  test("that is one of OpenAI's older ones refuses what those do not know", () => {
    const demand = { ...imageRequest(), masked: false, edits: false };
    expect(open("dall-e-3").refusal({ ...demand, size: "1024x1024" })).toBeNull();
    expect(open("dall-e-3").refusal({ ...demand, partialImages: 1 })).toMatchObject({ param: "partial_images" });
    expect(open("gpt-image-1").refusal({ ...demand, partialImages: 1, masked: true, edits: true })).toBeNull();
  });
});
