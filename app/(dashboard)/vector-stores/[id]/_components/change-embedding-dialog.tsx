"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { formatExact, formatPlural } from "#components/format/numbers";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Combobox } from "#components/ui/combobox";
import { Dialog } from "#components/ui/dialog";
import { errorText } from "#components/ui/error-state";
import { Field, Input } from "#components/ui/field";
import { toast } from "#components/ui/toast";
import type { Store } from "#components/vector-stores/store-types";
import { MAX_EMBEDDING_DIMENSIONS } from "#server/protocol/vector-stores";

export interface ChangeEmbeddingDialogProps {
  store: Store;
  onClose: () => void;
}

/** Chooses another embedding model and has every passage embedded anew. */
export function ChangeEmbeddingDialog({ store, onClose }: ChangeEmbeddingDialogProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { query_prefix: query = "", document_prefix: document = "", reduce_to: reduceTo } = store.embeddingOptions;
  const [model, setModel] = useState(store.embeddingModel);
  const [dimensions, setDimensions] = useState(reduceTo === undefined ? "" : String(reduceTo));
  const [queryPrefix, setQueryPrefix] = useState(query);
  const [documentPrefix, setDocumentPrefix] = useState(document);
  const [strict, setStrict] = useState(false);
  const picker = useQuery(trpc.models.list.queryOptions());
  const change = useMutation(
    trpc.vectorStores.changeEmbedding.mutationOptions({
      onSuccess: async (changed) => {
        await queryClient.invalidateQueries({ queryKey: trpc.vectorStores.pathKey() });
        // A new one may be done by now.
        const isNew = changed.build?.buildId !== store.build?.buildId;
        if (!isNew && changed.build?.status !== "in_progress") toast({ title: "This store is embedded so already" });
        onClose();
      },
    }),
  );
  const models = picker.data?.models.filter(({ kind }) => kind !== "language") ?? [];
  const isWhole = dimensions.trim() === "" || /^[1-9]\d*$/.test(dimensions.trim());
  const start = () => {
    setStrict(true);
    if (!isWhole) return;
    const embedding = {
      model,
      dimensions: dimensions.trim() === "" ? null : Number(dimensions),
      query_prefix: queryPrefix,
      document_prefix: documentPrefix,
    };
    change.mutate({ vectorStoreId: store.id, embedding });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Change the embedding model"
      description={`${formatPlural(store.totals.chunkCount, "passage")} will be embedded anew, at the price of the model. Searches use the present one until all are done.`}
      footer={
        <Button type="submit" form="change-embedding" variant="primary" busy={change.isPending}>
          Embed again
        </Button>
      }
    >
      <Form id="change-embedding" onSubmit={start}>
        <Field
          label="Model"
          error={fieldError(change.error, "embedding.model") ?? (picker.error ? errorText(picker.error) : null)}
        >
          <Combobox
            mono
            searchPlaceholder="Search models"
            value={model}
            onChange={setModel}
            options={models.map(({ id }) => ({ value: id, label: id }))}
          />
        </Field>
        <Field
          label="Dimensions"
          optional
          description={`Empty: as many as the model gives, at most ${formatExact(MAX_EMBEDDING_DIMENSIONS)}. Fewer where it can shorten its vectors.`}
          error={
            strict && !isWhole ? "Give a whole number, or nothing." : fieldError(change.error, "embedding.dimensions")
          }
        >
          <Input
            inputMode="numeric"
            className="max-w-40"
            value={dimensions}
            onChange={(event) => setDimensions(event.target.value)}
          />
        </Field>
        <PrefixField
          label="Before each question"
          description="For models that were trained so, as “query: ”."
          value={queryPrefix}
          onChange={setQueryPrefix}
        />
        <PrefixField
          label="Before each passage"
          description="As “passage: ”."
          value={documentPrefix}
          onChange={setDocumentPrefix}
        />
        <FormProblem error={change.error} fields={["embedding.model", "embedding.dimensions"]} />
      </Form>
    </Dialog>
  );
}

interface PrefixFieldProps {
  label: string;
  description: string;
  value: string;
  onChange: (value: string) => void;
}

function PrefixField({ label, description, value, onChange }: PrefixFieldProps) {
  return (
    <Field label={label} optional description={description}>
      <Input className="figures text-sm" value={value} onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}
