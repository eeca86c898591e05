"use client";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button";
import { Field, Input, Textarea } from "#components/ui/field";
import { IconButton } from "#components/ui/icon-button";
import { Select } from "#components/ui/select";
import {
  type FilterDraft,
  type FilterLine,
  OPERATORS,
  parseFilter,
  toDraft,
  toFilter,
} from "#components/vector-stores/filter-json";
import type { LabSettings } from "./lab-settings";

export interface FilterBuilderProps {
  value: LabSettings;
  onChange: (change: Pick<LabSettings, "filter" | "draft">) => void;
}

const operators = OPERATORS.map((value) => ({ value, label: value }));
const joins = [
  { value: "and" as const, label: "All must hold" },
  { value: "or" as const, label: "One must hold" },
];

let made = 0;

/** Conditions on attributes, line by line, and the JSON that the API takes; either can be written. */
export function FilterBuilder({ value, onChange }: FilterBuilderProps) {
  const { draft, filter } = value;
  // Text that is no filter yet, kept while it is being written.
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? (filter ? JSON.stringify(filter, null, 2) : "");
  const parsed = parseFilter(shown);
  const build = (next: FilterDraft) => {
    setTyped(null);
    onChange({ draft: next, filter: toFilter(next) });
  };
  const write = (text: string) => {
    setTyped(text);
    const read = parseFilter(text);
    if ("filter" in read) onChange({ filter: read.filter, draft: toDraft(read.filter) });
  };
  const addLine = () => {
    const lines = draft?.lines ?? [];
    build({
      join: draft?.join ?? "and",
      lines: [...lines, { id: `new-${made++}`, key: "", operator: "eq", value: "" }],
    });
  };
  return (
    <div className="flex flex-col gap-2">
      {draft ? (
        <FilterLines draft={draft} onChange={build} />
      ) : (
        <p className="text-ink-2 text-sm">This filter is too deep for lines: edit its JSON.</p>
      )}
      {draft && (
        <Button size="sm" variant="ghost" icon={Plus} className="self-start" onClick={addLine}>
          Add condition
        </Button>
      )}
      <details>
        <summary className="cursor-pointer text-ink-2 text-sm">Filter as JSON</summary>
        <Field
          label={<span className="sr-only">Filter as JSON</span>}
          error={"problem" in parsed ? parsed.problem : null}
          className="mt-2"
        >
          <Textarea
            className="figures text-sm"
            spellCheck={false}
            placeholder='{"type":"eq","key":"language","value":"en"}'
            value={shown}
            onChange={(event) => write(event.target.value)}
          />
        </Field>
      </details>
    </div>
  );
}

interface FilterLinesProps {
  draft: FilterDraft;
  onChange: (draft: FilterDraft) => void;
}

function FilterLines({ draft, onChange }: FilterLinesProps) {
  const change = (line: FilterLine, part: Partial<FilterLine>) =>
    onChange({ ...draft, lines: draft.lines.map((one) => (one === line ? { ...one, ...part } : one)) });
  return (
    <>
      {draft.lines.length > 1 && (
        <Select
          label="Conditions"
          className="w-40"
          value={draft.join}
          onChange={(join) => onChange({ ...draft, join })}
          options={joins}
        />
      )}
      {draft.lines.map((line, at) => (
        <div key={line.id} className="flex min-w-0 items-center gap-1.5">
          <Input
            aria-label={`Attribute ${at + 1}`}
            placeholder="attribute"
            value={line.key}
            onChange={(event) => change(line, { key: event.target.value })}
          />
          <Select
            label={`Operator ${at + 1}`}
            className="w-20 shrink-0"
            value={line.operator}
            onChange={(operator) => change(line, { operator })}
            options={operators}
          />
          <Input
            aria-label={`Value ${at + 1}`}
            placeholder={line.operator === "in" || line.operator === "nin" ? "a, b" : "value"}
            value={line.value}
            onChange={(event) => change(line, { value: event.target.value })}
          />
          <IconButton
            icon={X}
            size="sm"
            label={`Remove condition ${at + 1}`}
            onClick={() => onChange({ ...draft, lines: draft.lines.filter((one) => one !== line) })}
          />
        </div>
      ))}
    </>
  );
}
