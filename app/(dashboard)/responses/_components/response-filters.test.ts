import { describe, expect, it } from "vitest";
import { isFiltered, readView, toListInput, viewHref } from "./response-filters";

describe("the responses page's view", () => {
  it("comes back from its own address", () => {
    const view = {
      view: "responses",
      window: "24h",
      status: "failed",
      model: "builtin/demo",
      apiKeyId: "key_1",
    } as const;
    expect(readView(new URLSearchParams(viewHref(view).split("?")[1]))).toEqual(view);
    expect(viewHref({ view: "responses", window: "all" })).toBe("/responses");
    expect(readView(new URLSearchParams("view=conversations")).view).toBe("conversations");
  });

  it("leaves out what it does not understand", () => {
    const view = readView(new URLSearchParams("status=odd&window=9y&view=x&model=%20"));
    expect(view).toEqual({ view: "responses", window: "all" });
    expect(isFiltered(view)).toBe(false);
  });

  it("asks for what came in since the window began", () => {
    expect(toListInput({ view: "responses", window: "1h", status: "failed" }, 10_000_000)).toEqual({
      status: "failed",
      from: 10_000_000 - 3_600_000,
    });
    expect(toListInput({ view: "responses", window: "all" }, 1)).toEqual({});
  });
});
