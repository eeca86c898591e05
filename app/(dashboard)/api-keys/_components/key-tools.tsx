"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { GroupProblem } from "#components/form/group-problem";
import { toggled } from "#components/form/toggled";
import { useTRPC } from "#components/trpc/client";
import { Checkbox } from "#components/ui/checkbox";
import { Skeleton } from "#components/ui/skeleton";
import { Switch } from "#components/ui/switch";

export interface KeyToolsDraft {
  /** Null: every saved tool. */
  allowedToolIds: string[] | null;
  defaultToolIds: string[];
}

export interface KeyToolsProps {
  value: KeyToolsDraft;
  onChange: (change: Partial<KeyToolsDraft>) => void;
  problem: string | null;
}

/** Which saved tools a key may use, and which its requests use that name none. */
export function KeyTools({ value, onChange, problem }: KeyToolsProps) {
  const trpc = useTRPC();
  const tools = useQuery(trpc.tools.choices.queryOptions());
  const { allowedToolIds: allowed, defaultToolIds: byDefault } = value;
  const allow = (id: string, on: boolean) =>
    onChange({
      allowedToolIds: toggled(allowed ?? [], id, on),
      ...(on ? {} : { defaultToolIds: toggled(byDefault, id, false) }),
    });
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 font-medium">Saved tools</legend>
      {tools.isPending && <Skeleton className="h-14" />}
      {tools.error && <p className="text-danger text-sm">The saved tools could not be loaded.</p>}
      {tools.data?.length === 0 && (
        <p className="text-ink-2 text-sm">
          None yet.{" "}
          <Link href="/tools" className="text-accent underline underline-offset-2">
            Save a tool
          </Link>{" "}
          to have requests name it.
        </p>
      )}
      {tools.data && tools.data.length > 0 && (
        <div className="flex flex-col gap-3">
          <Switch
            checked={allowed === null}
            onChange={(all) => onChange({ allowedToolIds: all ? null : tools.data.map(({ id }) => id) })}
            label="Every tool, also those to come"
            description="Off: only those that are chosen."
          />
          <ul className="scroll-thin max-h-52 overflow-y-auto rounded-md border">
            {tools.data.map(({ id, name }) => (
              <li key={id} className="flex items-center gap-4 border-b px-3 py-1.5 last:border-b-0">
                <span className="figures min-w-0 flex-1 truncate text-sm">{name}</span>
                <Checkbox
                  checked={allowed === null || allowed.includes(id)}
                  disabled={allowed === null}
                  onChange={(on) => allow(id, on)}
                >
                  <span className="text-sm">
                    <span className="sr-only">{name}: </span>may use
                  </span>
                </Checkbox>
                <Checkbox
                  checked={byDefault.includes(id)}
                  disabled={allowed !== null && !allowed.includes(id)}
                  onChange={(on) => onChange({ defaultToolIds: toggled(byDefault, id, on) })}
                >
                  <span className="text-sm">
                    <span className="sr-only">{name}: </span>by default
                  </span>
                </Checkbox>
              </li>
            ))}
          </ul>
          <p className="text-ink-3 text-sm">By default: added to requests that name no tools.</p>
        </div>
      )}
      <GroupProblem className="mt-1.5">{problem}</GroupProblem>
    </fieldset>
  );
}
