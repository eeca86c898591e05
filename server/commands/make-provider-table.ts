import { readFile, writeFile } from "node:fs/promises";
import { WIRE_CAPABILITIES } from "#server/providers/capabilities";
import { withCapabilityTable } from "#server/providers/capability-table";

// node server/commands/make-provider-table.ts: writes the table of docs/providers.md anew.

const DOCUMENT = "docs/providers.md";

await writeFile(DOCUMENT, withCapabilityTable(await readFile(DOCUMENT, "utf8"), Object.values(WIRE_CAPABILITIES)));
