"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { useState } from "react";
import { FormProblem } from "#components/form/form-problem";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Dialog } from "#components/ui/dialog";
import { Field, Textarea } from "#components/ui/field";
import { toast } from "#components/ui/toast";

const EXAMPLE = `{"name": "Questions",
 "queries": [{"_id": "1", "text": "How deep is the harbour?"}],
 "qrels": [{"query-id": "1", "corpus-id": "town-report.pdf", "score": 1}]}`;

/** Makes a test set of JSON that was exported, or written in the shapes of BEIR. */
export function ImportTestSet({ vectorStoreId }: { vectorStoreId: string }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const load = useMutation({
    mutationFn: async () => {
      const document = readJson(text);
      return client.testSets.import.mutate({ vectorStoreId, document });
    },
    onSuccess: async ({ name }) => {
      await queryClient.invalidateQueries({ queryKey: trpc.testSets.pathKey() });
      toast({ title: `Imported ${name}` });
      setOpen(false);
      setText("");
    },
  });
  return (
    <>
      <Button size="sm" icon={Upload} onClick={() => setOpen(true)}>
        Import
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Import a test set"
        description="Documents are files of this store, by id or by name; a span may be given by char_start and char_end."
        footer={
          <Button variant="primary" busy={load.isPending} disabled={!text.trim()} onClick={() => load.mutate()}>
            Import test set
          </Button>
        }
      >
        <div className="flex flex-col gap-3">
          <Field label="Test set as JSON">
            <Textarea
              rows={10}
              spellCheck={false}
              className="figures text-sm"
              placeholder={EXAMPLE}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </Field>
          <FormProblem error={load.error} />
        </div>
      </Dialog>
    </>
  );
}

/** The server checks the shape and names what is wrong with it. */
function readJson(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("This is not JSON.");
  }
}
