"use client";
import { useQuery } from "@tanstack/react-query";
import { Braces, FileJson, Globe, Plug, Plus } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { type ReactNode, useState } from "react";
import { Page } from "#components/shell/page";
import { useMay, useShell } from "#components/shell/shell-context";
import { curlSnippet } from "#components/snippets/request-snippets";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { CodeBlock } from "#components/ui/code-block";
import { EmptyState } from "#components/ui/empty-state";
import { Menu, MenuItem } from "#components/ui/menu";
import { QueryView } from "#components/ui/query-view";
import { TableSkeleton } from "#components/ui/skeleton";
import { Callout } from "#components/ui/status";
import { AddServerDialog } from "./add-server-dialog";
import { HostedToolsPanel } from "./hosted-tools-panel";
import { HttpToolDialog } from "./http-tool-dialog";
import { ImportDialog } from "./import-dialog";
import { ToolsTable } from "./tools-table";

type Adding = "mcp" | "http" | "import";

/** Every saved tool of the team, and the ways to new ones. */
export function ToolsPage() {
  const trpc = useTRPC();
  const mayManage = useMay("tools.manage");
  const tools = useQuery(trpc.tools.list.queryOptions());
  const [adding, setAdding] = useState<Adding | null>(null);
  const isExpired = useSearchParams().get("account") === "expired";
  const close = () => setAdding(null);
  const add = mayManage && (
    <Menu
      trigger={
        <Button variant="primary" icon={Plus}>
          Add tool
        </Button>
      }
    >
      <MenuItem icon={Plug} onSelect={() => setAdding("mcp")}>
        MCP server
      </MenuItem>
      <MenuItem icon={Globe} onSelect={() => setAdding("http")}>
        HTTP request
      </MenuItem>
      <MenuItem icon={FileJson} onSelect={() => setAdding("import")}>
        Import OpenAPI
      </MenuItem>
    </Menu>
  );
  return (
    <Page title="Tools" actions={add}>
      {isExpired && (
        <div className="mb-10 max-w-200">
          <Callout tone="warning" title="The account was not connected">
            What came back was not asked for in this session, or came too late. Connect it anew on the tool’s page.
          </Callout>
        </div>
      )}
      <QueryView query={tools} title="The tools could not be loaded" skeleton={<TableSkeleton columns={8} wide />}>
        {(rows) => (rows.length === 0 ? <NoTools action={add} /> : <ToolsTable tools={rows} />)}
      </QueryView>
      <HostedToolsPanel />
      {adding === "mcp" && <AddServerDialog onClose={close} />}
      {adding === "http" && <HttpToolDialog onClose={close} />}
      {adding === "import" && <ImportDialog onClose={close} />}
    </Page>
  );
}

function NoTools({ action }: { action: ReactNode }) {
  const { baseUrl } = useShell();
  const body = { model: "builtin/demo", input: "Look it up.", tools: [{ type: "mcp", server_label: "docs" }] };
  return (
    <EmptyState
      icon={Braces}
      title="Tools that every key and prompt can use by name"
      action={action}
      command={
        <CodeBlock
          language="bash"
          title="A saved server, named by its label alone"
          code={curlSnippet({ baseUrl, apiKey: "$REJOINDER_API_KEY", body })}
        />
      }
    >
      Save an MCP server or an HTTP request once, with its credentials: they stay on this server, and requests only name
      the tool.
    </EmptyState>
  );
}
