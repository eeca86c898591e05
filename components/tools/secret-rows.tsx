"use client";
import { Plus, X } from "lucide-react";
import { Button } from "#components/ui/button";
import { Input } from "#components/ui/field";
import { IconButton } from "#components/ui/icon-button";

/** A name and a value as they are typed. */
export interface Pair {
  id: string;
  name: string;
  value: string;
  /** What stands before the value, such as `Bearer `, unless the value brings a scheme of its own. */
  scheme: string;
}

let made = 0;

/** An empty pair, or one that begins with these. */
export function newPair(name = "", value = "", scheme = ""): Pair {
  made += 1;
  return { id: `pair-${made}`, name, value, scheme };
}

function wholeValue({ value, scheme }: Pair): string {
  const hasScheme = /^\S+\s+\S/.test(value);
  return scheme === "" || hasScheme ? value : scheme + value.trim();
}

/** The pairs that are filled in, as a record; undefined when there are none. */
export function recordOf(pairs: readonly Pair[]): Record<string, string> | undefined {
  const filled = pairs.filter(({ name, value }) => name.trim() && value);
  return filled.length > 0 ? Object.fromEntries(filled.map((pair) => [pair.name.trim(), wholeValue(pair)])) : undefined;
}

export interface PairRowsProps {
  legend: string;
  /** True: for screen readers alone, where the legend stands elsewhere already. */
  legendHidden?: boolean;
  /** What it is for, under the rows. */
  description?: string;
  /** True: values are typed unseen. */
  secret?: boolean;
  namePlaceholder: string;
  valuePlaceholder?: string;
  pairs: readonly Pair[];
  onChange: (pairs: Pair[]) => void;
}

/** Names with values: headers, query parameters, and the secrets in them. */
export function PairRows(props: PairRowsProps) {
  const { legend, legendHidden = false, description, secret = false, pairs, onChange } = props;
  const set = (id: string, change: Partial<Pair>) =>
    onChange(pairs.map((pair) => (pair.id === id ? { ...pair, ...change } : pair)));
  return (
    <fieldset className="min-w-0">
      <legend className={legendHidden ? "sr-only" : "mb-1.5 font-medium"}>{legend}</legend>
      <div className="flex flex-col gap-2">
        {pairs.map((pair, at) => (
          <div key={pair.id} className="flex items-center gap-2">
            <Input
              aria-label={`${legend}: name ${at + 1}`}
              className="figures min-w-0 flex-1 text-sm"
              placeholder={props.namePlaceholder}
              value={pair.name}
              onChange={(event) => set(pair.id, { name: event.target.value })}
            />
            {pair.scheme && <span className="figures text-ink-3 text-sm">{pair.scheme.trim()}</span>}
            <Input
              aria-label={`${legend}: value ${at + 1}`}
              type={secret ? "password" : "text"}
              autoComplete="off"
              className="figures min-w-0 flex-1 text-sm"
              placeholder={pair.scheme ? undefined : props.valuePlaceholder}
              value={pair.value}
              onChange={(event) => set(pair.id, { value: event.target.value })}
            />
            <IconButton
              icon={X}
              size="sm"
              label={`Remove ${pair.name || "this line"}`}
              onClick={() => onChange(pairs.filter(({ id }) => id !== pair.id))}
            />
          </div>
        ))}
        <Button size="sm" icon={Plus} className="self-start" onClick={() => onChange([...pairs, newPair()])}>
          Add {secret ? "secret" : "line"}
        </Button>
        {description && <p className="text-ink-3 text-sm">{description}</p>}
      </div>
    </fieldset>
  );
}

export interface SecretHeadersProps {
  description?: string;
  pairs: readonly Pair[];
  onChange: (pairs: Pair[]) => void;
}

/** The secrets that are sent as headers of each call. */
export function SecretHeaders({
  description = "Kept sealed: they can be replaced, and are never shown again.",
  pairs,
  onChange,
}: SecretHeadersProps) {
  return (
    <PairRows
      secret
      legend="Secret headers"
      namePlaceholder="authorization"
      valuePlaceholder="Bearer …"
      description={description}
      pairs={pairs}
      onChange={onChange}
    />
  );
}
