import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { WIRE_CAPABILITIES } from "#server/providers/capabilities";
import { capabilityTable, withCapabilityTable } from "#server/providers/capability-table";
import { CAPABILITIES, type Capability, type Cell } from "#server/providers/shared/capability";

const wires = Object.values(WIRE_CAPABILITIES);

it("docs/providers.md holds the table (node server/commands/make-provider-table.ts writes it)", () => {
  const document = readFileSync("docs/providers.md", "utf8");
  expect(withCapabilityTable(document, wires)).toBe(document);
});

it("has a row for every capability, and its remarks once", () => {
  const lines = capabilityTable(wires).split("\n");
  const rows = lines.filter((line) => line.startsWith("| "));
  expect(rows).toHaveLength(Object.keys(CAPABILITIES).length + 3);
  expect(new Set(rows.map((row) => row.split(/(?<!\\)\|/).length)).size).toBe(1);
  const remarks = lines.filter((line) => /^\d+\. /.test(line)).map((line) => line.replace(/^\d+\. /, ""));
  expect(new Set(remarks).size).toBe(remarks.length);
});

it("refuses no hint and leaves out no demand", () => {
  for (const { label, cells } of wires) {
    for (const [name, cell] of Object.entries(cells) as [Capability, Cell][]) {
      const { kind } = CAPABILITIES[name];
      if (cell.support === "ignored") expect([label, name, kind]).toEqual([label, name, "hint"]);
      if (cell.support === "no") expect([label, name, kind]).not.toEqual([label, name, "hint"]);
    }
  }
});

it("wants a place for the table", () => {
  expect(() => withCapabilityTable("# Providers", wires)).toThrow("no place");
});
