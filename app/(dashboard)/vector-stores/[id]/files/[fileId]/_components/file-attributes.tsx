"use client";
import { useMutation } from "@tanstack/react-query";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import { useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Dialog } from "#components/ui/dialog";
import { toast } from "#components/ui/toast";
import type { StoreFile } from "#components/vector-stores/store-types";
import { attributeLimits, attributesOf } from "../../../_components/attribute-drafts";
import { AttributeRows } from "../../../_components/attribute-rows";
import { useAttributeDrafts } from "../../../_components/use-attribute-drafts";
import { useRefreshStores } from "../../../_components/use-store-uploads";

/** The attributes of one file, each with its type: what stands there when it is saved is what the file has. */
export function FileAttributes({ file, onClose }: { file: StoreFile; onClose: () => void }) {
  const client = useTRPCClient();
  const refresh = useRefreshStores();
  const drafts = useAttributeDrafts(file.attributes);
  const change = useMutation({
    mutationFn: () => {
      const set = attributesOf(drafts.filled);
      return client.storeFiles.changeAttributes.mutate({
        ...{ vectorStoreId: file.vectorStoreId, fileIds: [file.fileId], set },
        remove: Object.keys(file.attributes).filter((name) => !Object.hasOwn(set, name)),
      });
    },
    onSuccess: async () => {
      await refresh();
      toast({ title: "Changed the attributes" });
      onClose();
    },
  });
  const save = () => {
    if (drafts.areRight()) change.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="lg"
      title={`Attributes of ${file.filename}`}
      description={`Searches can filter by them. At most ${attributeLimits.count}; names of ${attributeLimits.nameChars} characters, texts of ${attributeLimits.textChars}.`}
      footer={
        <Button type="submit" form="file-attributes" variant="primary" busy={change.isPending}>
          Save attributes
        </Button>
      }
    >
      <Form id="file-attributes" onSubmit={save}>
        <AttributeRows {...drafts.rows} />
        <FormProblem error={change.error} />
      </Form>
    </Dialog>
  );
}
