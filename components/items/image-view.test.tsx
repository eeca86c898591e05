import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { ImageView } from "#components/items/image-view";
import type { VendorItem } from "#server/protocol/vendor-items";

function shown(fields: object): string {
  const item = { type: "image_generation_call", id: "ig_1", status: "completed", ...fields } as VendorItem;
  return renderToStaticMarkup(<ImageView item={item} />);
}

describe("an image that was drawn", () => {
  test("is shown in its size with its prompt, and can be kept", () => {
    const html = shown({ result: "QQ==", output_format: "jpeg", size: "300x200", revised_prompt: "A red cat" });
    expect(html).toContain('src="data:image/jpeg;base64,QQ=="');
    expect(html).toMatch(/<img[^>]*alt="A red cat"[^>]*width="300"[^>]*height="200"/);
    expect(html).toContain('download="ig_1.jpg"');
  });

  test.each([
    [{ status: "in_progress", result: null }, "Draws an image"],
    [{ status: "failed", result: null }, "Could not draw an image"],
  ])("is told of where there is none: %j", (fields, words) => {
    const html = shown(fields);
    expect(html).toContain(words);
    expect(html).not.toContain("<img");
  });
});
