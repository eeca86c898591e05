const MAX_NAMES = 3;

/** Edits that turn one name into the other: insertions, deletions, replacements. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const change = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? a.length;
}

/** How far a known name is from the wanted one; its part after the slash may be the nearer. Lower is nearer. */
function farness(wanted: string, known: string): number {
  const plain = known.slice(known.indexOf("/") + 1);
  const contains = plain.includes(wanted) || wanted.includes(plain) ? 0.5 : 1;
  return Math.min(distance(wanted, known), distance(wanted, plain)) * contains;
}

/** The known names nearest to a wanted one, nearest first, at most three. */
export function nearestNames(wanted: string, known: string[]): string[] {
  const name = wanted.slice(0, 100).toLowerCase();
  return [...new Set(known)]
    .map((candidate) => ({ candidate, farness: farness(name, candidate.slice(0, 100).toLowerCase()) }))
    .sort((a, b) => a.farness - b.farness || a.candidate.localeCompare(b.candidate))
    .slice(0, MAX_NAMES)
    .map(({ candidate }) => candidate);
}
