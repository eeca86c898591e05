import { CAPABILITIES, type Capability, type Cell, type WireCapabilities } from "#server/providers/shared/capability";

const WORDS: Record<Cell["support"], string> = {
  yes: "yes",
  partly: "partly",
  server: "server",
  ignored: "left out",
  no: "refused",
};

/** Remarks by number, each once. */
class Notes {
  readonly #numbers = new Map<string, number>();

  /** The number of a remark; a new one the first time. */
  numberOf(note: string): number {
    const known = this.#numbers.get(note) ?? this.#numbers.size + 1;
    this.#numbers.set(note, known);
    return known;
  }

  lines(): string[] {
    return [...this.#numbers].map(([note, number]) => `${number}. ${note}`);
  }
}

function cellText(cell: Cell, notes: Notes): string {
  const remarks = [cell.note, cell.unproven && `not proved by the vendor's SDK: ${cell.unproven}`].filter(Boolean);
  const numbers = remarks.map((remark) => ` <sup>${notes.numberOf(String(remark))}</sup>`).join("");
  return `${WORDS[cell.support]}${numbers}`;
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** The capability table in Markdown: a row for each capability, a column for each wire, remarks below. */
export function capabilityTable(wires: readonly WireCapabilities[]): string {
  const notes = new Notes();
  const rows = Object.entries(CAPABILITIES).map(([key, { label }]) =>
    rowOf([label, ...wires.map(({ cells }) => cellText(cells[key as Capability], notes))]),
  );
  const proof = wires.map(({ sdk }) => (sdk === null ? "unproven" : `\`${sdk}\``));
  return [
    rowOf(["", ...wires.map(({ label }) => label)]),
    rowOf(["", ...wires.map(() => "")]).replaceAll("  ", " --- "),
    ...rows,
    rowOf(["Recordings proved by", ...proof]),
    "",
    ...notes.lines(),
  ].join("\n");
}

const MARKED = /(<!-- capabilities -->\n)[\s\S]*?(\n<!-- end of capabilities -->)/;

/** The document with the table between its markers. Throws an Error for a document without them. */
export function withCapabilityTable(document: string, wires: readonly WireCapabilities[]): string {
  if (!MARKED.test(document)) throw new Error("The document has no place for the capability table.");
  return document.replace(MARKED, (_match, open: string, close: string) => `${open}${capabilityTable(wires)}${close}`);
}
