import { describe, expect, it } from "vitest";
import { shortenId } from "./ids.tsx";
import { formatRelative } from "./times.tsx";

const now = new Date("2026-11-22T12:00:00Z").getTime();

describe("formatRelative", () => {
  it.each([
    [now - 2_000, "now"],
    [now - 30_000, "30 s ago"],
    [now - 3 * 3_600_000, "3 h ago"],
    [now + 2 * 86_400_000, "in 2 d"],
    [now - 20 * 86_400_000, "2 Nov"],
    [now - 700 * 86_400_000, "22 Dec 2024"],
  ])("%d reads %s", (at, text) => expect(formatRelative(at, now)).toBe(text));
});

describe("shortenId", () => {
  it("keeps the prefix and both ends", () =>
    expect(shortenId("resp_0199d7c3a1b27e3f9c1d2e3f4a5b6c7d")).toBe("resp_0199d7…5b6c7d"));
  it("knows the prefix of files", () =>
    expect(shortenId("file-0199d7c3a1b27e3f9c1d2e3f4a5b6c7d")).toBe("file-0199d7…5b6c7d"));
  it("leaves short ids whole", () => expect(shortenId("key_0123456789abc")).toBe("key_0123456789abc"));
});
