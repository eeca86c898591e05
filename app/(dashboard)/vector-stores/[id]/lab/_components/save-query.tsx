"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Save } from "lucide-react";
import { useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import { useTRPC, useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Field, Input } from "#components/ui/field";
import { Panel } from "#components/ui/panel";
import { Segmented } from "#components/ui/segmented";
import { Select } from "#components/ui/select";
import { toast } from "#components/ui/toast";
import type { Hit } from "#components/vector-stores/store-types";

export interface SaveQueryProps {
  vectorStoreId: string;
  query: string;
  expected: readonly Hit[];
  onSaved: () => void;
}

const NEW_SET = "new";
const wholes = [
  { value: "passages" as const, label: "These passages" },
  { value: "files" as const, label: "Any of their files' passages" },
];

function expectedOf(hits: readonly Hit[], whole: boolean) {
  if (!whole) return hits.map(({ fileId, charStart, charEnd }) => ({ fileId, charStart, charEnd }));
  return [...new Set(hits.map((hit) => hit.fileId))].map((fileId) => ({ fileId }));
}

/** Keeps the question with the passages marked as expected, in a test set that is there or in a new one. */
export function SaveQuery({ vectorStoreId, query, expected, onSaved }: SaveQueryProps) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const sets = useQuery(trpc.testSets.list.queryOptions({ vectorStoreId }));
  const [chosen, setChosen] = useState<string | null>(null);
  const [name, setName] = useState("Questions");
  const [whole, setWhole] = useState<"passages" | "files">("passages");
  const setId = chosen ?? sets.data?.at(-1)?.id ?? NEW_SET;
  const save = useMutation({
    mutationFn: async () => {
      const made = setId === NEW_SET ? await client.testSets.create.mutate({ vectorStoreId, name }) : { id: setId };
      setChosen(made.id);
      const passages = expectedOf(expected, whole === "files");
      await client.testSets.addQuery.mutate({ testSetId: made.id, text: query, expected: passages });
    },
    onSuccess: () => {
      toast({ title: "Saved the query" });
      onSaved();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.testSets.pathKey() }),
  });
  const options = [
    ...(sets.data ?? []).map((set) => ({ value: set.id, label: set.name })),
    { value: NEW_SET, label: "New test set" },
  ];
  return (
    <Panel
      title="Save as a test"
      description={
        expected.length === 0
          ? "Mark the passages that this question should find, then save it."
          : `${expected.length} marked as expected.`
      }
    >
      <Form onSubmit={() => save.mutate()} className="flex-row flex-wrap items-end gap-3">
        <Field label="Test set" className="w-48">
          <Select value={setId} onChange={setChosen} options={options} />
        </Field>
        {setId === NEW_SET && (
          <Field label="Name" className="w-48">
            <Input value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
        )}
        <Segmented label="What counts" value={whole} onChange={setWhole} options={wholes} className="h-8" />
        <Button type="submit" icon={Save} busy={save.isPending} disabled={expected.length === 0 || sets.isPending}>
          Save query
        </Button>
      </Form>
      <FormProblem error={sets.error ?? save.error} />
    </Panel>
  );
}
