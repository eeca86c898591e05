"use client";
import { useState } from "react";
import { type DraftProblem, type HttpDraft, toHttpSettings } from "#components/tools/http-draft";

/** A request while a form holds it: what its fields take, and the settings once they can be read. */
export function useHttpDraft(start: HttpDraft) {
  const [draft, setDraft] = useState(start);
  const [problem, setProblem] = useState<DraftProblem | null>(null);
  /** Null where a field's JSON is none, which is said at that field. */
  const readSettings = () => {
    const made = toHttpSettings(draft);
    setProblem("field" in made ? made : null);
    return "field" in made ? null : made.settings;
  };
  return { fields: { draft, onChange: setDraft, problem }, readSettings };
}
