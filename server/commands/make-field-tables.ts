import { readFile, writeFile } from "node:fs/promises";
import { ALL_FIELDS } from "#server/protocol/fields/all-fields";
import { withFieldTables } from "#server/protocol/fields/field-report";

// node server/commands/make-field-tables.ts: writes the tables of request fields in docs/compatibility.md anew.

const DOCUMENT = "docs/compatibility.md";

await writeFile(DOCUMENT, withFieldTables(await readFile(DOCUMENT, "utf8"), ALL_FIELDS));
