import { describe, expect, it } from "vitest";
import { formatBytes, formatCount, formatDuration, formatMoney, formatPlural, formatShare } from "./numbers.tsx";

describe("formatDuration", () => {
  it.each([
    [0, "0 ms"],
    [3.27, "3.3 ms"],
    [840.4, "840 ms"],
    [999.6, "1 s"],
    [1200, "1.2 s"],
    [1234, "1.23 s"],
    [42_300, "42.3 s"],
    [184_000, "3 min 4 s"],
    [180_000, "3 min"],
    [7_500_000, "2 h 5 min"],
    [Number.NaN, "–"],
  ])("%d ms reads %s", (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe("formatCount", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [12_400, "12.4k"],
    [999_960, "1M"],
    [3_100_000, "3.1M"],
  ])("%d reads %s", (value, text) => expect(formatCount(value)).toBe(text));
});

describe("formatMoney", () => {
  it.each([
    [0, "$0.00"],
    [0.00001, "<$0.0001"],
    [0.0042, "$0.0042"],
    [0.01, "$0.01"],
    [1234.5, "$1,234.50"],
  ])("%d reads %s", (usd, text) => expect(formatMoney(usd)).toBe(text));
});

describe("formatBytes", () => {
  it.each([
    [812, "812 B"],
    [14_200, "14.2 kB"],
    [999_600, "1 MB"],
    [184_292, "184 kB"],
  ])("%d reads %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

it("tells one from many", () => {
  expect([formatPlural(1, "file"), formatPlural(3, "file"), formatPlural(2, "reply", "replies")]).toEqual([
    "1 file",
    "3 files",
    "2 replies",
  ]);
});

it("keeps a decimal of small shares", () => expect([formatShare(0.031), formatShare(0.5)]).toEqual(["3.1%", "50%"]));
