import { createCanvas, loadImage } from "@napi-rs/canvas";
import { describe, expect, test } from "vitest";
import { createPlaceholderModel } from "#server/providers/builtin/placeholder-image";
import type { DrawnImage, ImageRequest } from "#server/providers/image";
import { imageRequest } from "#tests/support/image-request";

const model = createPlaceholderModel();
const partials: DrawnImage[] = [];

const request = (change: Partial<ImageRequest> = {}) =>
  imageRequest({ prompt: "An echidna, from above", onPartial: (image) => partials.push(image), ...change });

async function decoded({ base64 }: DrawnImage) {
  const image = await loadImage(Buffer.from(base64, "base64"));
  const canvas = createCanvas(image.width, image.height);
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, image.width, image.height);
  const dark = data.filter((value, at) => at % 4 === 0 && value < 100 && (data[at + 3] ?? 0) > 200).length;
  return { width: image.width, height: image.height, corner: data[3], dark };
}

describe("the placeholder", () => {
  test("is the same for the same prompt, and another for another", async () => {
    const [one, two, other] = await Promise.all([
      model.draw(request()),
      model.draw(request()),
      model.draw(request({ prompt: "A cat" })),
    ]);
    expect(one).toEqual(two);
    expect(one.base64).not.toBe(other.base64);
    expect(one).toMatchObject({ size: "1024x1024", background: "opaque" });
    expect(await decoded(one)).toMatchObject({ width: 1024, height: 1024, corner: 255 });
  });

  test.each([
    ["png", "iVBORw0KGgo"],
    ["jpeg", "/9j/"],
    ["webp", "UklGR"],
  ] as const)("is a %s where that is asked for", async (outputFormat, start) => {
    const drawn = await model.draw(request({ outputFormat, size: "300x200", outputCompression: 50 }));
    expect(drawn.base64.startsWith(start)).toBe(true);
    expect(await decoded(drawn)).toMatchObject({ width: 300, height: 200 });
  });

  test("has no paper where the background is to be transparent", async () => {
    expect(await decoded(await model.draw(request({ background: "transparent" })))).toMatchObject({ corner: 0 });
  });

  test("shows itself on its way, with ever more words", async () => {
    partials.length = 0;
    const whole = await model.draw(request({ partialImages: 2 }));
    const [first, second] = partials;
    if (!first || !second) throw new Error("no pictures on the way");
    const dark = await Promise.all([first, second, whole].map(async (image) => (await decoded(image)).dark));
    expect(dark[0]).toBeGreaterThan(0);
    expect(dark[1]).toBeGreaterThan(dark[0] ?? 0);
    expect(dark[2]).toBeGreaterThan(dark[1] ?? 0);
  });

  test("says how many images it was to change", async () => {
    const images = [{ bytes: new Uint8Array(1), mediaType: "image/png" }];
    expect((await model.draw(request({ images }))).base64).not.toBe((await model.draw(request())).base64);
  });

  test("knows how large it can be", () => {
    const demand = { ...request(), masked: false, edits: false };
    expect(model.refusal({ ...demand, size: "64x64" })).toBeNull();
    expect(model.refusal({ ...demand, size: "10x10" })).toMatchObject({ param: "size" });
    expect(model.refusal({ ...demand, size: "9999x9999" })).toMatchObject({ code: "unsupported_parameter" });
  });
});
