const FENCED = /```(?:python|py)?[ \t]*\n([\s\S]*?)```/i;
const SUM = /\d[\d\s.]*(?:(?:\*\*|\/\/|[-+*/%])[\s(]*\d[\d\s.)]*)+/;

/** What the demo model has Python run: code that the message carries between fences, else a sum in it, else a greeting. */
export function codeFor(message: string): string {
  const fenced = FENCED.exec(message)?.[1];
  if (fenced !== undefined) return fenced;
  const sum = SUM.exec(message)?.[0]
    .trim()
    .replace(/[.\s]+$/, "");
  return sum ?? 'print("Hello from Python")';
}
