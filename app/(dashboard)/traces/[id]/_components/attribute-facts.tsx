import type { ReactNode } from "react";

/** `timeToFirst` reads `Time to first`. */
function words(name: string): string {
  const spaced = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

function shown(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) return value.join(", ");
  return JSON.stringify(value);
}

/** A span's attributes as names and values; empty ones are left out. */
export function attributeFacts(attributes: Record<string, unknown>): { name: string; value: ReactNode }[] {
  return Object.entries(attributes)
    .filter(
      ([, value]) =>
        value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0),
    )
    .map(([name, value]) => ({ name: words(name), value: <span className="figures text-sm">{shown(value)}</span> }));
}
