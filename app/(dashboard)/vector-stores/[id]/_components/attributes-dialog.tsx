"use client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import { formatPlural } from "#components/format/numbers";
import { useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Dialog } from "#components/ui/dialog";
import { Field, Input } from "#components/ui/field";
import { toast } from "#components/ui/toast";
import { attributeLimits, attributesOf } from "./attribute-drafts";
import { AttributeRows } from "./attribute-rows";
import { useAttributeDrafts } from "./use-attribute-drafts";
import { runInSlices } from "./use-bulk";
import { useRefreshStores } from "./use-store-uploads";

export interface AttributesDialogProps {
  vectorStoreId: string;
  fileIds: readonly string[];
  onClose: () => void;
  onDone: () => void;
}

/** Gives several files attributes, and takes some away; others stay. */
export function AttributesDialog({ vectorStoreId, fileIds, onClose, onDone }: AttributesDialogProps) {
  const client = useTRPCClient();
  const refresh = useRefreshStores();
  const drafts = useAttributeDrafts({});
  const [removed, setRemoved] = useState("");
  const files = formatPlural(fileIds.length, "file");
  const remove = removed.split(/[\s,]+/).filter(Boolean);
  const change = useMutation({
    mutationFn: () => {
      const set = attributesOf(drafts.filled);
      return runInSlices(fileIds, (slice) =>
        client.storeFiles.changeAttributes.mutate({ vectorStoreId, fileIds: slice, set, remove }),
      );
    },
    onSuccess: () => {
      toast({ title: `Changed the attributes of ${files}` });
      onClose();
      onDone();
    },
    onSettled: refresh,
  });
  const save = () => {
    if (drafts.areRight() && (drafts.filled.length > 0 || remove.length > 0)) change.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="lg"
      title={`Attributes of ${files}`}
      description={`Searches can filter by them. A file has at most ${attributeLimits.count}; names of ${attributeLimits.nameChars} characters, texts of ${attributeLimits.textChars}.`}
      footer={
        <Button type="submit" form="attributes" variant="primary" busy={change.isPending}>
          Change {files}
        </Button>
      }
    >
      <Form id="attributes" onSubmit={save}>
        <section aria-label="Set" className="flex flex-col gap-2">
          <p>
            <span className="font-medium">Set</span>
            <span className="ml-2 text-ink-3 text-sm">What a file has under other names stays.</span>
          </p>
          <AttributeRows {...drafts.rows} />
        </section>
        <Field label="Take away" optional description="Names, with commas between them.">
          <Input className="figures" value={removed} onChange={(event) => setRemoved(event.target.value)} />
        </Field>
        <FormProblem error={change.error} />
      </Form>
    </Dialog>
  );
}
