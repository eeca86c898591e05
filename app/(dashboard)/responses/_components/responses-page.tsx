"use client";
import { useRouter, useSearchParams } from "next/navigation";
import { useMemo, useState } from "react";
import { Page } from "#components/shell/page";
import { Segmented } from "#components/ui/segmented";
import { ConversationList } from "./conversation-list";
import { type ResponsesView, readView, viewHref } from "./response-filters";
import { ResponseList } from "./response-list";
import { ResponsesFilterBar } from "./responses-filter-bar";
import { RunningResponses } from "./running-responses";

const views = [
  { value: "responses", label: "Responses" },
  { value: "conversations", label: "Conversations" },
] as const;

/** Stored responses, those that run now above them, and conversations. The URL holds what is shown. */
export function ResponsesPage() {
  const router = useRouter();
  const parameters = useSearchParams();
  const view = useMemo(() => readView(new URLSearchParams(parameters.toString())), [parameters]);
  const [loadedAt, setLoadedAt] = useState(() => Date.now());
  const change = (next: ResponsesView) => {
    setLoadedAt(Date.now());
    router.replace(viewHref(next), { scroll: false });
  };
  return (
    <Page
      title="Responses"
      width="full"
      actions={
        <Segmented
          label="What is shown"
          value={view.view}
          options={views}
          onChange={(chosen) => change({ view: chosen, window: "all" })}
        />
      }
    >
      {view.view === "conversations" ? (
        <ConversationList />
      ) : (
        <>
          <ResponsesFilterBar view={view} onChange={change} />
          <RunningResponses onEnded={() => setLoadedAt(Date.now())} />
          <ResponseList view={view} loadedAt={loadedAt} onClear={() => change({ view: "responses", window: "all" })} />
        </>
      )}
    </Page>
  );
}
