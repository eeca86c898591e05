import type { ReactNode } from "react";

/** Facts beside each other, each under its name: the head of a page about one thing. */
export function FactStrip({ facts }: { facts: readonly { name: string; value: ReactNode }[] }) {
  return (
    <dl className="flex flex-wrap gap-x-7 gap-y-3 rounded-md border bg-surface px-4 py-3">
      {facts.map((fact) => (
        <div key={fact.name} className="min-w-0 max-w-full">
          <dt className="text-ink-3 text-sm">{fact.name}</dt>
          <dd className="flex min-h-5 min-w-0 items-center [overflow-wrap:anywhere]">{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
