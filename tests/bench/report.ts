export interface Figure {
  name: string;
  /** What was measured, with its unit. */
  measured: string;
  /** What it is beside: the mock called directly, a leg alone, another way of cutting. */
  direct?: string;
  budget: string;
  /** null: no budget to keep. */
  kept: boolean | null;
}

/** The figures of one database as a table; `compared` heads the column of what ours is beside. */
export function printFigures(title: string, figures: Figure[], compared = "direct"): void {
  const rows = figures.map(({ name, measured, direct = "", budget, kept }) => [
    name,
    measured,
    direct,
    budget,
    kept === null ? "" : kept ? "kept" : "MISSED",
  ]);
  const lines = [["", "ours", compared, "budget", ""], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  console.log(`\n${title}`);
  for (const line of lines)
    console.log(`  ${line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ")}`.trimEnd());
}

/** Milliseconds. */
export function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}

/** Whole numbers a second. */
export function rate(value: number): string {
  return `${Math.round(value)}/s`;
}

/** A share in percent. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
