"use client";
import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { GroupProblem } from "#components/form/group-problem";
import { formatShare } from "#components/format/numbers";
import { Button } from "#components/ui/button";
import { Combobox, type ComboboxOption } from "#components/ui/combobox";
import { Field, Input } from "#components/ui/field";
import { IconButton } from "#components/ui/icon-button";
import { Select } from "#components/ui/select";
import { moveTarget, newTarget, sharesOf, type TargetDraft, targetsOf } from "./targets";

export interface TargetsEditorProps {
  rows: readonly TargetDraft[];
  onChange: (rows: TargetDraft[]) => void;
  models: readonly ComboboxOption[];
  /** What is wrong with the line at that place, or null. */
  errorAt: (at: number) => string | null;
}

const MOST_TARGETS = 20;

interface Move {
  key: string;
  by: -1 | 1;
}

/** Keeps the focus on the button that moved a line, wherever the line went; at an end, on its other one. */
function useMovedFocus() {
  const list = useRef<HTMLOListElement>(null);
  const [move, setMove] = useState<Move | null>(null);
  useEffect(() => {
    if (!move) return;
    const buttons = list.current?.querySelectorAll<HTMLButtonElement>(`[data-line="${move.key}"] [data-move]`) ?? [];
    const wanted = [...buttons].sort((a) => (a.dataset.move === String(move.by) ? -1 : 1));
    wanted.find((button) => !button.disabled)?.focus();
  }, [move]);
  return { list, noteMove: setMove };
}

/** The models of an alias in the order they are asked, each with its weight among those it stands beside. */
export function TargetsEditor({ rows, onChange, models, errorAt }: TargetsEditorProps) {
  const { list, noteMove } = useMovedFocus();
  const [said, setSaid] = useState("");
  const shares = sharesOf(targetsOf(rows));
  const change = (at: number, next: Partial<TargetDraft>) =>
    onChange(rows.map((row, place) => (place === at ? { ...row, ...next } : row)));
  const move = (at: number, by: -1 | 1) => {
    const row = rows[at];
    if (!row) return;
    onChange(moveTarget(rows, at, by));
    noteMove({ key: row.key, by });
    setSaid(`${row.model || "The model"} is now number ${at + by + 1} of ${rows.length}.`);
  };
  return (
    <fieldset className="m-0 flex min-w-0 flex-col gap-2 border-0 p-0">
      <legend className="mb-1.5 p-0 font-medium">Models, in the order they are asked</legend>
      <ol ref={list} className="flex flex-col gap-2">
        {rows.map((row, at) => (
          <TargetLine
            key={row.key}
            row={row}
            at={at}
            count={rows.length}
            share={shares[at] ?? null}
            models={models}
            error={errorAt(at)}
            onChange={(next) => change(at, next)}
            onMove={(by) => move(at, by)}
            onRemove={() => onChange(rows.filter((other) => other !== row).map(standAlone))}
          />
        ))}
      </ol>
      <p aria-live="polite" className="sr-only">
        {said}
      </p>
      <Button
        size="sm"
        icon={Plus}
        className="self-start"
        disabled={rows.length >= MOST_TARGETS}
        onClick={() => onChange([...rows, newTarget()])}
      >
        Add a model
      </Button>
    </fieldset>
  );
}

/** The first line has nobody above to share with. */
function standAlone(row: TargetDraft, at: number): TargetDraft {
  return at === 0 ? { ...row, beside: false } : row;
}

interface TargetLineProps {
  row: TargetDraft;
  at: number;
  count: number;
  share: number | null;
  models: readonly ComboboxOption[];
  error: string | null;
  onChange: (next: Partial<TargetDraft>) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

function TargetLine(props: TargetLineProps) {
  const { row, at, count, share, models, error, onChange, onMove, onRemove } = props;
  const name = row.model || `line ${at + 1}`;
  return (
    <li data-line={row.key} className="flex min-w-0 flex-col gap-1.5 rounded-md border bg-surface p-2">
      <div className="flex items-center gap-1.5">
        <span className="flex shrink-0">
          <IconButton
            icon={ArrowUp}
            size="sm"
            label={`Move ${name} up`}
            data-move="-1"
            disabled={at === 0}
            onClick={() => onMove(-1)}
          />
          <IconButton
            icon={ArrowDown}
            size="sm"
            label={`Move ${name} down`}
            data-move="1"
            disabled={at === count - 1}
            onClick={() => onMove(1)}
          />
        </span>
        <Combobox
          label={`Model ${at + 1}`}
          mono
          placeholder="Choose a model"
          value={row.model || null}
          options={models}
          onChange={(model) => onChange({ model })}
        />
        <IconButton icon={X} size="sm" label={`Remove ${name}`} disabled={count === 1} onClick={onRemove} />
      </div>
      <GroupProblem className="pl-13.5">{error}</GroupProblem>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 pl-13.5 text-ink-2 text-sm">
        {at === 0 ? (
          <span>Asked first</span>
        ) : (
          <Select
            label={`When ${name} is asked`}
            size="sm"
            className="w-52"
            value={row.beside ? "beside" : "after"}
            options={[
              { value: "after", label: "When the ones above fail" },
              { value: "beside", label: "Shares with the one above" },
            ]}
            onChange={(value) => onChange({ beside: value === "beside" })}
          />
        )}
        {share !== null && (
          <span className="flex items-center gap-2">
            <Field label={<span className="sr-only">Weight of {name}</span>} className="gap-0">
              <Input
                inputMode="numeric"
                className="figures h-7 w-16 text-right text-sm"
                value={row.weight}
                onChange={(event) => onChange({ weight: event.target.value })}
              />
            </Field>
            <span>
              weight, <span className="figures">{formatShare(share)}</span> of requests
            </span>
          </span>
        )}
      </div>
    </li>
  );
}
