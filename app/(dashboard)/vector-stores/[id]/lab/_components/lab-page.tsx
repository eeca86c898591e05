"use client";
import { useQuery } from "@tanstack/react-query";
import { Library } from "lucide-react";
import { useState } from "react";
import { Page } from "#components/shell/page";
import { useTRPC } from "#components/trpc/client";
import { problemOf } from "#components/trpc/error";
import { MissingThing } from "#components/ui/missing-thing";
import { QueryView } from "#components/ui/query-view";
import { SkeletonStack } from "#components/ui/skeleton";
import { Tabs } from "#components/ui/tabs";
import type { Store } from "#components/vector-stores/store-types";
import { type LabSettings, START_SETTINGS } from "./lab-settings";
import { QueryTab } from "./query-tab";
import { TestsTab } from "./tests-tab";

/** A store's retrieval lab. */
export function LabPage({ vectorStoreId }: { vectorStoreId: string }) {
  const trpc = useTRPC();
  const store = useQuery(trpc.vectorStores.get.queryOptions({ vectorStoreId }));
  const stores = { label: "Vector stores", href: "/vector-stores" };
  if (store.error && problemOf(store.error).code === "not_found") {
    return (
      <Page title="Retrieval lab" crumbs={[stores]}>
        <MissingThing icon={Library} thing="vector store" href="/vector-stores" />
      </Page>
    );
  }
  const ofStore = { label: store.data?.name || "Vector store", href: `/vector-stores/${vectorStoreId}` };
  return (
    <Page title="Retrieval lab" crumbs={[stores, ofStore]}>
      <QueryView
        query={store}
        title="The vector store could not be loaded"
        skeleton={<SkeletonStack shapes={["h-14", "h-28", "h-40"]} />}
      >
        {(data) => <LabTabs store={data} />}
      </QueryView>
    </Page>
  );
}

function LabTabs({ store }: { store: Store }) {
  const [tab, setTab] = useState<"query" | "tests">("query");
  const [settings, setSettings] = useState<LabSettings[]>([START_SETTINGS]);
  return (
    <Tabs
      label="Retrieval lab"
      value={tab}
      onChange={setTab}
      panelClassName="pt-4"
      tabs={[
        {
          value: "query",
          label: "Query",
          content: <QueryTab store={store} settings={settings} onSettings={setSettings} />,
        },
        {
          value: "tests",
          label: "Test sets",
          content: <TestsTab vectorStoreId={store.id} settings={settings[0] ?? START_SETTINGS} />,
        },
      ]}
    />
  );
}
