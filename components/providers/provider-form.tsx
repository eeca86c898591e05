"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import { ProviderFields } from "#components/providers/provider-fields";
import type { Connection, Preset } from "#components/providers/provider-types";
import { TestReport } from "#components/providers/test-outcome";
import {
  EMPTY_VENDOR_DRAFT,
  hasCredential,
  toCredential,
  toVendorSettings,
  VENDOR_FIELDS,
  type VendorDraft,
} from "#components/providers/vendor-fields";
import type { Wire } from "#components/providers/wire-field";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { QueryView } from "#components/ui/query-view";
import { Skeleton } from "#components/ui/skeleton";

export interface ProviderFormProps {
  onDone: (connection: Connection) => void;
  /** Buttons beside the main one. */
  cancel?: ReactNode;
}

/** Adds a connection: choose who, enter the key, try it, save it. */
export function ProviderForm({ onDone, cancel }: ProviderFormProps) {
  const trpc = useTRPC();
  const kinds = useQuery(trpc.providers.kinds.queryOptions());
  return (
    <QueryView query={kinds} title="The providers could not be loaded" skeleton={<Skeleton className="h-64" />}>
      {(presets) => <FormWithPresets presets={presets} onDone={onDone} cancel={cancel} />}
    </QueryView>
  );
}

export interface ProviderDraft {
  preset: Preset;
  name: string;
  baseUrl: string;
  wire: Wire;
  /** The credential, and what single kinds carry besides. */
  vendor: VendorDraft;
}

function draftOf(preset: Preset): ProviderDraft {
  return { preset, name: preset.name, baseUrl: preset.baseUrl ?? "", wire: "auto", vendor: EMPTY_VENDOR_DRAFT };
}

function toSettings({ preset: { kind }, baseUrl, wire, vendor }: ProviderDraft) {
  const fields = { ...toCredential(kind, vendor), ...toVendorSettings(kind, vendor) };
  return { kind, baseUrl: baseUrl.trim() || null, wire, ...fields };
}

function FormWithPresets({ presets, onDone, cancel }: ProviderFormProps & { presets: readonly Preset[] }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<ProviderDraft | null>(() => (presets[0] ? draftOf(presets[0]) : null));
  const test = useMutation(trpc.providers.test.mutationOptions());
  const create = useMutation(
    trpc.providers.create.mutationOptions({
      onSuccess: async (connection) => {
        await queryClient.invalidateQueries({ queryKey: trpc.providers.pathKey() });
        await queryClient.invalidateQueries({ queryKey: trpc.models.pathKey() });
        onDone(connection);
      },
    }),
  );
  if (!draft) return null;
  const change = (next: ProviderDraft) => {
    setDraft(next.preset === draft.preset ? next : draftOf(next.preset));
    test.reset();
    create.reset();
  };
  const incomplete = (draft.preset.needsKey && !hasCredential(draft.preset.kind, draft.vendor)) || !draft.name.trim();
  return (
    <Form onSubmit={() => create.mutate({ name: draft.name.trim(), ...toSettings(draft) })}>
      <ProviderFields presets={presets} draft={draft} onChange={change} error={create.error} />
      <TestReport outcome={test.data} error={test.error} />
      <FormProblem error={create.error} fields={["name", "baseUrl", ...VENDOR_FIELDS]} />
      <div className="flex flex-wrap justify-end gap-2">
        {cancel}
        <Button busy={test.isPending} disabled={incomplete} onClick={() => test.mutate(toSettings(draft))}>
          Test
        </Button>
        <Button type="submit" variant="primary" busy={create.isPending} disabled={incomplete}>
          Add provider
        </Button>
      </div>
    </Form>
  );
}
