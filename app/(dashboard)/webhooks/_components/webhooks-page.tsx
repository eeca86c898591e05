"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus, Webhook as WebhookIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Page } from "#components/shell/page";
import { useMay, useShell } from "#components/shell/shell-context";
import { webhookSnippet } from "#components/snippets/request-snippets";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { CodeBlock } from "#components/ui/code-block";
import { EmptyState } from "#components/ui/empty-state";
import { QueryView } from "#components/ui/query-view";
import { TableSkeleton } from "#components/ui/skeleton";
import { CreateWebhookDialog } from "./create-webhook-dialog";
import { WebhooksTable } from "./webhooks-table";

/** Every webhook of the team, and the way to a new one. */
export function WebhooksPage() {
  const trpc = useTRPC();
  const mayManage = useMay("webhooks.manage");
  const webhooks = useQuery(trpc.webhooks.list.queryOptions());
  const [creating, setCreating] = useState(false);
  const create = mayManage && (
    <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
      Add webhook
    </Button>
  );
  return (
    <Page title="Webhooks" actions={create}>
      <QueryView
        query={webhooks}
        title="The webhooks could not be loaded"
        skeleton={<TableSkeleton columns={5} wide />}
      >
        {(rows) => (rows.length === 0 ? <NoWebhooks action={create} /> : <WebhooksTable webhooks={rows} />)}
      </QueryView>
      {creating && <CreateWebhookDialog onClose={() => setCreating(false)} />}
    </Page>
  );
}

function NoWebhooks({ action }: { action: ReactNode }) {
  const { baseUrl } = useShell();
  return (
    <EmptyState
      icon={WebhookIcon}
      title="A webhook tells your server when a response has ended"
      action={action}
      command={
        <CodeBlock
          language="javascript"
          title="What receives it, with OpenAI’s client"
          code={webhookSnippet("javascript", baseUrl)}
          wrap
        />
      }
    >
      Signed, tried again for 24 hours, and each attempt in a log. Use it in place of asking whether a background
      response is done.
    </EmptyState>
  );
}
