"use client";
import { Search } from "lucide-react";
import { useState } from "react";
import { Form } from "#components/form/form";
import { cn } from "#components/ui/cn";
import { Field, Input } from "#components/ui/field";

export interface SearchFieldProps {
  /** Heard, not seen. */
  label: string;
  placeholder?: string;
  value: string;
  onChange: (text: string) => void;
  /** By Enter. */
  onSubmit?: () => void;
  onBlur?: () => void;
  className?: string;
}

/** A small field to search by, for a row of tools inside a `search`. */
export function SearchField({ label, placeholder = label, onSubmit, className, ...field }: SearchFieldProps) {
  return (
    <Form onSubmit={() => onSubmit?.()} className={cn("relative", className)}>
      <Search
        aria-hidden
        className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-2 size-3.5 text-ink-3"
      />
      <Field label={<span className="sr-only">{label}</span>} className="gap-0">
        <Input
          type="search"
          className="h-7 pl-7 text-sm"
          placeholder={placeholder}
          value={field.value}
          onChange={(event) => field.onChange(event.target.value)}
          onBlur={field.onBlur}
        />
      </Field>
    </Form>
  );
}

export interface SearchBoxProps {
  label: string;
  placeholder?: string;
  /** What is searched for now; give it as the `key`, too, so that a change elsewhere is shown. */
  value: string;
  onSearch: (text: string) => void;
}

/** Searches for what was typed once that is entered or left. */
export function SearchBox({ value, onSearch, ...names }: SearchBoxProps) {
  const [text, setText] = useState(value);
  const search = () => onSearch(text.trim());
  return (
    <search className="w-64 max-sm:w-full">
      <SearchField
        {...names}
        value={text}
        onChange={setText}
        onSubmit={search}
        onBlur={() => {
          if (text.trim() !== value) search();
        }}
      />
    </search>
  );
}
