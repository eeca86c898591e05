"use client";
import { useQuery } from "@tanstack/react-query";
import { SlidersHorizontal, SquarePen } from "lucide-react";
import { useState } from "react";
import { Page } from "#components/shell/page";
import { useShell } from "#components/shell/shell-context";
import { SnippetTabs } from "#components/snippets/snippet-tabs";
import { useTRPC } from "#components/trpc/client";
import { IconButton } from "#components/ui/icon-button";
import { Segmented } from "#components/ui/segmented";
import { Sheet } from "#components/ui/sheet";
import { Conversation } from "./conversation";
import { EventsView } from "./events-view";
import { withoutTokens } from "./playground-tools";
import { buildRequest, emptySettings } from "./request-settings";
import { SettingsPanel } from "./settings-panel";
import { historyOf, lastResponseId } from "./turns";
import { usePlayground } from "./use-playground";

type View = "chat" | "events" | "code";

const views = [
  { value: "chat", label: "Chat" },
  { value: "events", label: "Events" },
  { value: "code", label: "Code" },
] as const;

export interface PlaygroundPageProps {
  startModel: string | null;
  startStores: string[];
}

/** Talk to a model with the settings beside it; see the events and the code of the same request. */
export function PlaygroundPage({ startModel, startStores }: PlaygroundPageProps) {
  const trpc = useTRPC();
  const { baseUrl } = useShell();
  const defaults = useQuery(trpc.playground.defaults.queryOptions());
  const [chosen, setSettings] = useState({ ...emptySettings, model: startModel, vectorStoreIds: startStores });
  const [view, setView] = useState<View>("chat");
  const [panel, setPanel] = useState(false);
  const [draft, setDraft] = useState("");
  const playground = usePlayground();
  const settings = { ...chosen, model: chosen.model ?? defaults.data?.model ?? null };
  const { turns } = playground;
  const body = buildRequest({
    settings: withoutTokens(settings),
    input: draft.trim() || "Hello",
    previousResponseId: lastResponseId(turns),
    history: historyOf(turns),
  });
  const panelContent = <SettingsPanel settings={settings} onChange={setSettings} />;
  return (
    <Page
      title="Playground"
      width="full"
      actions={
        <>
          <IconButton
            icon={SquarePen}
            label="New conversation"
            onClick={playground.clear}
            disabled={turns.length === 0}
          />
          <Segmented label="View" value={view} onChange={setView} options={views} />
          <IconButton
            icon={SlidersHorizontal}
            label="Settings of the request"
            className="xl:hidden"
            onClick={() => setPanel(true)}
          />
        </>
      }
    >
      <div className="flex min-h-0 flex-1">
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          {view === "chat" && <Conversation {...{ playground, settings, draft }} onDraft={setDraft} />}
          {view === "events" && <EventsView turns={turns} />}
          {view === "code" && (
            <div className="scroll-thin overflow-y-auto p-4 lg:p-6">
              <div className="mx-auto max-w-200">
                <p className="mb-3 text-ink-2">The request that the next message sends, for your own code.</p>
                <SnippetTabs request={{ baseUrl, apiKey: "$REJOINDER_API_KEY", body }} />
              </div>
            </div>
          )}
        </div>
        <aside
          aria-label="Settings of the request"
          className="scroll-thin w-84 shrink-0 overflow-y-auto border-l p-4 max-xl:hidden"
        >
          {panelContent}
        </aside>
      </div>
      <Sheet open={panel} onOpenChange={setPanel} title="Settings of the request" className="max-w-96">
        <div className="p-4">{panelContent}</div>
      </Sheet>
    </Page>
  );
}
