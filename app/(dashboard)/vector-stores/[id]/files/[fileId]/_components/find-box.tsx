"use client";
import { useMutation } from "@tanstack/react-query";
import { ChevronDown, ChevronUp, Search } from "lucide-react";
import { useState } from "react";
import { Form } from "#components/form/form";
import { useTRPCClient } from "#components/trpc/client";
import { errorText } from "#components/ui/error-state";
import { Field, Input } from "#components/ui/field";
import { IconButton } from "#components/ui/icon-button";
import type { Place } from "./part-text";

export interface FindBoxProps {
  vectorStoreId: string;
  fileId: string;
  onShow: (place: Place) => void;
}

/** Finds words anywhere in the document and steps from place to place. */
export function FindBox({ vectorStoreId, fileId, onShow }: FindBoxProps) {
  const client = useTRPCClient();
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const find = useMutation({
    mutationFn: (asked: string) => client.storeFiles.find.query({ vectorStoreId, fileId, words: asked }),
    onSuccess: ({ places: [first] }) => {
      setAt(0);
      if (first) onShow(first);
    },
  });
  const places = find.data?.places ?? [];
  const step = (by: number) => {
    const next = (at + by + places.length) % places.length;
    const place = places[next];
    if (!place) return;
    setAt(next);
    onShow(place);
  };
  const submit = () => {
    const asked = words.trim();
    if (asked === "") return find.reset();
    if (find.data && find.variables === asked) step(1);
    else find.mutate(asked);
  };
  return (
    <search className="flex flex-wrap items-center gap-2">
      <Form onSubmit={submit} className="relative w-64">
        <Search
          aria-hidden
          className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-2 size-3.5 text-ink-3"
        />
        <Field label={<span className="sr-only">Find in this file</span>} className="gap-0">
          <Input
            type="search"
            className="h-7 pl-7 text-sm"
            placeholder="Find in this file"
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </Field>
      </Form>
      {places.length > 0 && (
        <>
          <IconButton icon={ChevronUp} size="sm" label="Place before" onClick={() => step(-1)} />
          <IconButton icon={ChevronDown} size="sm" label="Next place" onClick={() => step(1)} />
        </>
      )}
      <output className="figures text-ink-2 text-sm">
        {find.error && errorText(find.error)}
        {find.data && (places.length === 0 ? "Nowhere" : `${at + 1} of ${places.length}${find.data.more ? "+" : ""}`)}
      </output>
    </search>
  );
}
