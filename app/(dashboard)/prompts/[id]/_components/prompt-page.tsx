"use client";
import { useQuery } from "@tanstack/react-query";
import { NotebookPen } from "lucide-react";
import { useState } from "react";
import { Page } from "#components/shell/page";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { problemOf } from "#components/trpc/error";
import { MissingThing } from "#components/ui/missing-thing";
import { QueryView } from "#components/ui/query-view";
import { Skeleton } from "#components/ui/skeleton";
import type { Prompt } from "../../_components/template-draft";
import { PromptActions } from "./prompt-actions";
import { VersionEditor } from "./version-editor";
import { VersionPicker } from "./version-picker";

const crumbs = [{ label: "Prompts", href: "/prompts" }];

/** A prompt: one of its versions in an editor, and beside it what it answers. */
export function PromptPage({ promptId }: { promptId: string }) {
  const trpc = useTRPC();
  const mayWrite = useMay("prompts.write");
  const prompt = useQuery(trpc.prompts.get.queryOptions({ promptId }, { retry: false }));
  if (prompt.error && problemOf(prompt.error).code === "not_found") return <NoSuchPrompt />;
  return (
    <Page
      title={prompt.data?.name ?? "Prompt"}
      crumbs={crumbs}
      actions={prompt.data && mayWrite && <PromptActions prompt={prompt.data} />}
    >
      <QueryView query={prompt} title="The prompt could not be loaded" skeleton={<PromptSkeleton />}>
        {(data) => <Versions prompt={data} />}
      </QueryView>
    </Page>
  );
}

function Versions({ prompt }: { prompt: Prompt }) {
  const trpc = useTRPC();
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = chosen ?? prompt.default_version;
  const version = useQuery(
    trpc.prompts.version.queryOptions({ promptId: prompt.id, version: shown }, { staleTime: Number.POSITIVE_INFINITY }),
  );
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <VersionPicker prompt={prompt} version={shown} onChange={setChosen} />
      <QueryView query={version} title="The version could not be loaded" skeleton={<PromptSkeleton />}>
        {(data) => <VersionEditor key={`${prompt.id} ${shown}`} prompt={prompt} version={data} onSaved={setChosen} />}
      </QueryView>
    </div>
  );
}

function NoSuchPrompt() {
  return (
    <Page title="Prompt" crumbs={crumbs}>
      <MissingThing icon={NotebookPen} thing="prompt" href="/prompts" />
    </Page>
  );
}

function PromptSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="grid gap-6 xl:grid-cols-2">
      <Skeleton className="h-96" />
      <Skeleton className="h-96 max-xl:hidden" />
    </div>
  );
}
