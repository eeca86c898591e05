"use client";
import { Plus, X } from "lucide-react";
import { Button } from "#components/ui/button";
import { Input } from "#components/ui/field";
import { IconButton } from "#components/ui/icon-button";
import { type MetadataDraft, metadataLimits, newMetadata } from "./settings-draft";

export interface MetadataRowsProps {
  rows: readonly MetadataDraft[];
  onChange: (rows: MetadataDraft[]) => void;
  disabled: boolean;
}

/** Metadata as rows of name and value. */
export function MetadataRows({ rows, onChange, disabled }: MetadataRowsProps) {
  const replace = (row: MetadataDraft, part: Partial<MetadataDraft>) =>
    onChange(rows.map((other) => (other === row ? { ...row, ...part } : other)));
  return (
    <div className="flex flex-col gap-2">
      {rows.map((row, at) => (
        <div key={row.key} className="flex items-center gap-2">
          <Input
            aria-label={`Name of entry ${at + 1}`}
            placeholder="name"
            className="max-w-48"
            maxLength={metadataLimits.name}
            disabled={disabled}
            value={row.name}
            onChange={(event) => replace(row, { name: event.target.value })}
          />
          <Input
            aria-label={`Value of ${row.name || `entry ${at + 1}`}`}
            placeholder="value"
            maxLength={metadataLimits.value}
            disabled={disabled}
            value={row.value}
            onChange={(event) => replace(row, { value: event.target.value })}
          />
          {!disabled && (
            <IconButton
              icon={X}
              size="sm"
              label={`Remove ${row.name || `entry ${at + 1}`}`}
              onClick={() => onChange(rows.filter((other) => other !== row))}
            />
          )}
        </div>
      ))}
      {!disabled && (
        <Button
          size="sm"
          icon={Plus}
          className="self-start"
          disabled={rows.length >= metadataLimits.count}
          onClick={() => onChange([...rows, newMetadata()])}
        >
          Add metadata
        </Button>
      )}
    </div>
  );
}
