"use client";
import { Plus, X } from "lucide-react";
import { GroupProblem } from "#components/form/group-problem";
import { Button } from "#components/ui/button";
import { Input } from "#components/ui/field";
import { IconButton } from "#components/ui/icon-button";
import { Select } from "#components/ui/select";
import { type AttributeDraft, type AttributeType, attributeLimits, newDraft, problemOfDraft } from "./attribute-drafts";

const types: readonly { value: AttributeType; label: string }[] = [
  { value: "string", label: "Text" },
  { value: "number", label: "Number" },
  { value: "boolean", label: "Yes or no" },
];
const truths = [
  { value: "true", label: "true" },
  { value: "false", label: "false" },
] as const;

export interface AttributeRowsProps {
  drafts: readonly AttributeDraft[];
  onChange: (drafts: AttributeDraft[]) => void;
  /** Whether problems are shown already. */
  strict: boolean;
}

/** Attributes as rows of name, type and value. */
export function AttributeRows({ drafts, onChange, strict }: AttributeRowsProps) {
  const replace = (changed: AttributeDraft) =>
    onChange(drafts.map((draft) => (draft.key === changed.key ? changed : draft)));
  return (
    <div className="flex flex-col gap-2">
      {drafts.map((draft, at) => (
        <AttributeRow
          key={draft.key}
          draft={draft}
          label={draft.name || `attribute ${at + 1}`}
          problem={strict && (draft.name !== "" || draft.text !== "") ? problemOfDraft(draft, drafts) : null}
          onChange={replace}
          onRemove={() => onChange(drafts.filter((other) => other.key !== draft.key))}
        />
      ))}
      <span className="flex items-center gap-3">
        <Button
          size="sm"
          icon={Plus}
          disabled={drafts.length >= attributeLimits.count}
          onClick={() => onChange([...drafts, newDraft()])}
        >
          Add attribute
        </Button>
        <span className="figures text-ink-3 text-sm">
          {drafts.length} of {attributeLimits.count}
        </span>
      </span>
    </div>
  );
}

interface AttributeRowProps {
  draft: AttributeDraft;
  label: string;
  problem: string | null;
  onChange: (draft: AttributeDraft) => void;
  onRemove: () => void;
}

function AttributeRow({ draft, label, problem, onChange, onRemove }: AttributeRowProps) {
  const setType = (type: AttributeType) => {
    const text = type === "boolean" ? String(draft.text !== "" && draft.text !== "false") : draft.text;
    onChange({ ...draft, type, text });
  };
  return (
    <div>
      <div className="flex items-center gap-2">
        <Input
          aria-label={`Name of ${label}`}
          className="figures flex-1"
          placeholder="name"
          value={draft.name}
          onChange={(event) => onChange({ ...draft, name: event.target.value })}
        />
        <Select label={`Type of ${label}`} className="w-28" value={draft.type} options={types} onChange={setType} />
        {draft.type === "boolean" ? (
          <Select
            label={`Value of ${label}`}
            className="flex-1"
            value={draft.text === "true" ? "true" : "false"}
            options={truths}
            onChange={(text) => onChange({ ...draft, text })}
          />
        ) : (
          <Input
            aria-label={`Value of ${label}`}
            className="flex-1"
            inputMode={draft.type === "number" ? "decimal" : undefined}
            placeholder="value"
            value={draft.text}
            onChange={(event) => onChange({ ...draft, text: event.target.value })}
          />
        )}
        <IconButton icon={X} size="sm" label={`Take ${label} away`} onClick={onRemove} />
      </div>
      <GroupProblem className="mt-1">{problem}</GroupProblem>
    </div>
  );
}
