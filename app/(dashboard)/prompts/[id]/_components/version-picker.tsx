"use client";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { CopyId } from "#components/ui/copy-id";
import { errorText } from "#components/ui/error-state";
import { MoreButton } from "#components/ui/more-button";
import { Select } from "#components/ui/select";
import { toast } from "#components/ui/toast";
import type { Prompt } from "../../_components/template-draft";
import { useRefreshPrompts } from "./use-refresh-prompts";

export interface VersionPickerProps {
  prompt: Prompt;
  /** The one that is shown. */
  version: string;
  onChange: (version: string) => void;
}

/** Which version is shown, and which one a request gets that names none. */
export function VersionPicker({ prompt, version, onChange }: VersionPickerProps) {
  const trpc = useTRPC();
  const mayWrite = useMay("prompts.write");
  const refresh = useRefreshPrompts();
  const list = useInfiniteQuery(
    trpc.prompts.versions.infiniteQueryOptions(
      { promptId: prompt.id, limit: 50 },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  const known = list.data?.pages.flatMap((page) => page.rows.map((row) => row.version)) ?? [];
  const versions = known.includes(version) ? known : [version, ...known];
  const setDefault = useMutation(
    trpc.prompts.setDefaultVersion.mutationOptions({
      onSuccess: () => toast({ title: `Version ${version} is the default now` }),
      onError: (error) => toast({ kind: "error", title: "The default was not changed", description: errorText(error) }),
      onSettled: refresh,
    }),
  );
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <Select
        label="Version"
        size="sm"
        className="w-44"
        value={version}
        onChange={onChange}
        options={versions.map((each) => ({
          value: each,
          label: each === prompt.default_version ? `Version ${each}, default` : `Version ${each}`,
        }))}
      />
      <MoreButton list={list} label="List older versions" size="sm" variant="ghost" />
      {version !== prompt.default_version && mayWrite && (
        <Button
          size="sm"
          busy={setDefault.isPending}
          onClick={() => setDefault.mutate({ promptId: prompt.id, version })}
        >
          Make it the default
        </Button>
      )}
      <CopyId id={prompt.id} className="ml-auto" />
    </div>
  );
}
