"use client";
import { keepPreviousData, useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Dialog } from "#components/ui/dialog";
import { Field, Input } from "#components/ui/field";
import { QueryView } from "#components/ui/query-view";
import { Segmented } from "#components/ui/segmented";
import { placeholderKeys, Skeleton } from "#components/ui/skeleton";
import type { ChunkingStrategy } from "#server/protocol/vector-stores";
import { CutPassages } from "./cut-passages";
import { type CutDraft, cutLimits, problemsOfCut, strategyOf } from "./cut-sizes";

const kinds: readonly { value: CutDraft["type"]; label: string }[] = [
  { value: "auto", label: "Automatic" },
  { value: "static", label: "Set sizes" },
];

export interface CutDialogProps {
  fileId: string;
  filename: string;
  /** The sizes to begin with, in tokens; automatic when null. */
  sizes: { maxChunkSizeTokens: number; chunkOverlapTokens: number } | null;
  /** Passages that the file has now; null when it has none to compare with. */
  presentCount: number | null;
  description: string;
  /** What is done with the cut that is shown, as a button. */
  action: string;
  onApply: (strategy: ChunkingStrategy) => Promise<unknown>;
  onClose: () => void;
}

/** Shows how a file would be cut before anything of it is stored, and has it cut so. */
export function CutDialog({ fileId, filename, sizes, presentCount, description, action, ...then }: CutDialogProps) {
  const trpc = useTRPC();
  const [draft, setDraft] = useState<CutDraft>({
    type: sizes ? "static" : "auto",
    size: String(sizes?.maxChunkSizeTokens ?? 800),
    overlap: String(sizes?.chunkOverlapTokens ?? 0),
  });
  const [asked, setAsked] = useState<ChunkingStrategy>(() => strategyOf(draft));
  const preview = useInfiniteQuery(
    trpc.storeFiles.previewCut.infiniteQueryOptions(
      { fileId, chunkingStrategy: asked },
      { getNextPageParam: (page) => page.next, placeholderData: keepPreviousData, retry: false },
    ),
  );
  const apply = useMutation({ mutationFn: () => then.onApply(asked), onSuccess: then.onClose });
  const problems = problemsOfCut(draft);
  const right = problems.size === null && problems.overlap === null;
  const isShown = right && JSON.stringify(strategyOf(draft)) === JSON.stringify(asked);
  const ready = isShown && preview.isSuccess && !preview.isPlaceholderData;
  const ask = (next: CutDraft) => {
    const { size, overlap } = problemsOfCut(next);
    if (size === null && overlap === null) setAsked(strategyOf(next));
  };
  return (
    <Dialog
      open
      onOpenChange={then.onClose}
      size="lg"
      title={`How ${filename} is cut`}
      description={description}
      footer={
        <Button variant="primary" disabled={!ready} busy={apply.isPending} onClick={() => apply.mutate()}>
          {action}
        </Button>
      }
    >
      <Form onSubmit={() => ask(draft)} className="gap-3">
        <div className="flex flex-wrap items-end gap-3">
          <Segmented
            label="How to cut"
            value={draft.type}
            options={kinds}
            className="h-8"
            onChange={(type) => {
              setDraft({ ...draft, type });
              ask({ ...draft, type });
            }}
          />
          {draft.type === "static" && (
            <>
              <Field label="Tokens a passage" error={problems.size} className="w-52">
                <Input
                  className="figures"
                  inputMode="numeric"
                  value={draft.size}
                  onChange={(event) => setDraft({ ...draft, size: event.target.value })}
                />
              </Field>
              <Field label="Shared with the one before" error={problems.overlap} className="w-52">
                <Input
                  className="figures"
                  inputMode="numeric"
                  value={draft.overlap}
                  onChange={(event) => setDraft({ ...draft, overlap: event.target.value })}
                />
              </Field>
              <Button type="submit" disabled={!right || isShown}>
                Show this cut
              </Button>
            </>
          )}
        </div>
        <p className="text-ink-3 text-sm">
          {draft.type === "auto"
            ? "At headings, paragraphs and ends of sentences, in passages of up to 400 tokens that share none."
            : `A passage has from ${cutLimits.smallest} to ${cutLimits.largest} tokens, and shares at most half of them.`}
        </p>
        <FormProblem error={apply.error} />
      </Form>
      <div className="mt-4 min-w-0">
        <QueryView query={preview} title="This file cannot be cut" skeleton={<CutSkeleton />}>
          {({ pages }) => <CutPassages pages={pages} list={preview} stale={!ready} presentCount={presentCount} />}
        </QueryView>
      </div>
    </Dialog>
  );
}

function CutSkeleton() {
  return (
    <div role="status" aria-label="Reading and cutting the file" className="flex flex-col gap-3">
      <Skeleton className="h-15" />
      {placeholderKeys(3).map((key) => (
        <Skeleton key={key} className="h-20" />
      ))}
    </div>
  );
}
