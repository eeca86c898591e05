"use client";
import { useQuery } from "@tanstack/react-query";
import { Braces } from "lucide-react";
import Link from "next/link";
import { formatDuration, formatExact } from "#components/format/numbers";
import { Page } from "#components/shell/page";
import { useMay } from "#components/shell/shell-context";
import { ToolStatus } from "#components/tools/tool-status";
import { isProgram, kindNames, type SavedTool } from "#components/tools/tool-types";
import { useTRPC } from "#components/trpc/client";
import { CopyId } from "#components/ui/copy-id";
import { FactStrip } from "#components/ui/fact-strip";
import { JsonViewer } from "#components/ui/json-viewer";
import { MissingThing } from "#components/ui/missing-thing";
import { Panel } from "#components/ui/panel";
import { QueryView } from "#components/ui/query-view";
import { RelativeTime } from "#components/ui/relative-time";
import { SkeletonStack } from "#components/ui/skeleton";
import { describeUsers } from "../../_components/tools-table";
import { AccountPanel } from "./account-panel";
import { HttpSettingsPanel } from "./http-settings-panel";
import { LastFailure } from "./last-failure";
import { SearchPanel } from "./search-panel";
import { SecretsPanel } from "./secrets-panel";
import { ServerPanel } from "./server-panel";
import { ToolActions } from "./tool-actions";
import { ToolTrial } from "./tool-trial";
import { UsagePanel } from "./usage-panel";

const crumbs = [{ label: "Tools", href: "/tools" }];

/** One saved tool: its facts, its settings and credentials, and a way to try it. */
export function ToolPage({ toolId }: { toolId: string }) {
  const trpc = useTRPC();
  const mayManage = useMay("tools.manage");
  const tools = useQuery(trpc.tools.list.queryOptions());
  const tool = tools.data?.find((each) => each.id === toolId);
  return (
    <Page
      title={tool ? <span className="figures">{tool.name}</span> : "Tool"}
      crumbs={crumbs}
      actions={tool && mayManage && <ToolActions tool={tool} />}
    >
      <QueryView
        query={tools}
        title="The tool could not be loaded"
        skeleton={<SkeletonStack shapes={["h-17", "h-60"]} />}
      >
        {() => (tool ? <ToolContent tool={tool} mayManage={mayManage} /> : <NoSuchTool />)}
      </QueryView>
    </Page>
  );
}

function ToolContent({ tool, mayManage }: { tool: SavedTool; mayManage: boolean }) {
  const settings = tool.mcp ?? tool.http;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <ToolFacts tool={tool} />
      {!mayManage && <LastFailure tool={tool} />}
      {!mayManage && tool.description && <p className="max-w-160 text-ink-2">{tool.description}</p>}
      <div className="grid min-w-0 items-start gap-4 xl:grid-cols-2">
        {mayManage ? (
          <>
            {tool.mcp && <ServerPanel tool={tool} settings={tool.mcp} />}
            {tool.http && <HttpSettingsPanel tool={tool} settings={tool.http} />}
          </>
        ) : (
          <Panel title="Settings">
            <JsonViewer value={settings} label="Settings" />
          </Panel>
        )}
        <div className="flex min-w-0 flex-col gap-4">
          {tool.mcp?.oauth && <AccountPanel tool={tool} />}
          {!isProgram(settings?.url ?? "") && <SecretsPanel tool={tool} mayManage={mayManage} />}
          {tool.mcp && tool.usage.calls > 0 && <UsagePanel toolId={tool.id} />}
          {tool.mcp && mayManage && <SearchPanel tool={tool} settings={tool.mcp} />}
          {tool.http && mayManage && (
            <Panel title="Try it" description="A real request, with the credentials, as it is saved.">
              <ToolTrial tool={tool} schema={tool.http.parameters} />
            </Panel>
          )}
        </div>
      </div>
    </div>
  );
}

function ToolFacts({ tool }: { tool: SavedTool }) {
  const { usage } = tool;
  const facts = [
    { name: "Status", value: <ToolStatus tool={tool} /> },
    { name: "Kind", value: kindNames[tool.kind] },
    { name: "Used by", value: describeUsers(tool) },
    { name: "Calls, 7 d", value: formatExact(usage.calls) },
    { name: "Errors, 7 d", value: formatExact(usage.errors) },
    { name: "p95", value: usage.p95Ms === null ? "–" : formatDuration(usage.p95Ms) },
    { name: "Last used", value: usage.lastUsedAt ? <RelativeTime at={usage.lastUsedAt} /> : "Never" },
    ...(tool.http ? [{ name: "Runs", value: <TracesLink tool={tool.name} /> }] : []),
    { name: "Address", value: <CopyId id={tool.mcp?.url ?? tool.http?.url ?? ""} whole /> },
    { name: "Id", value: <CopyId id={tool.id} /> },
  ];
  return <FactStrip facts={facts} />;
}

function TracesLink({ tool }: { tool: string }) {
  return (
    <Link href={`/traces?tool=${encodeURIComponent(tool)}`} className="rounded-xs text-accent hover:underline">
      Traces
    </Link>
  );
}

function NoSuchTool() {
  return <MissingThing icon={Braces} thing="tool" href="/tools" />;
}
