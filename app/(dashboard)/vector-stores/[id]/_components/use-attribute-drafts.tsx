"use client";
import { useState } from "react";
import type { Attributes } from "#server/protocol/vector-stores";
import { draftsOf, newDraft, problemOfDraft } from "./attribute-drafts";
import type { AttributeRowsProps } from "./attribute-rows";

/** Attributes in a form, from those that are there or an empty row; problems are shown once somebody tried to save. */
export function useAttributeDrafts(present: Attributes) {
  const [drafts, setDrafts] = useState(() => {
    const made = draftsOf(present);
    return made.length > 0 ? made : [newDraft()];
  });
  const [strict, setStrict] = useState(false);
  const filled = drafts.filter((draft) => draft.name.trim() !== "" || draft.text !== "");
  const rows: AttributeRowsProps = { drafts, onChange: setDrafts, strict };
  return {
    rows,
    /** Without rows that nobody wrote into. */
    filled,
    /** Whether it can be saved; shows from now on what is wrong. */
    areRight: () => {
      setStrict(true);
      return filled.every((draft) => problemOfDraft(draft, filled) === null);
    },
  };
}
