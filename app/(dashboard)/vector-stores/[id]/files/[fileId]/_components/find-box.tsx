"use client";
import { useMutation } from "@tanstack/react-query";
import { ChevronDown, ChevronUp } from "lucide-react";
import { useState } from "react";
import { SearchField } from "#components/form/search-field";
import { useTRPCClient } from "#components/trpc/client";
import { errorText } from "#components/ui/error-state";
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
      <SearchField label="Find in this file" value={words} onChange={setWords} onSubmit={submit} className="w-64" />
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
