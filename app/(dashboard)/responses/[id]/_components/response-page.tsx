"use client";
import { useQuery } from "@tanstack/react-query";
import { MessagesSquare } from "lucide-react";
import { shortenId } from "#components/format/ids";
import { ItemRow, ItemRows } from "#components/items/item-rows";
import { Page } from "#components/shell/page";
import { type Outputs, useTRPC } from "#components/trpc/client";
import { problemOf } from "#components/trpc/error";
import { MissingThing } from "#components/ui/missing-thing";
import { QueryView } from "#components/ui/query-view";
import { Skeleton } from "#components/ui/skeleton";
import { Callout, RunStatus } from "#components/ui/status";
import type { ResponseResource } from "#server/protocol/response";
import { StopButton } from "../../_components/stop-button";
import { DeleteResponse } from "./delete-response";
import { EarlierItems } from "./earlier-items";
import { ResponseFacts } from "./response-facts";
import { useWatchedResponse } from "./use-watched-response";

type Stored = Outputs["responses"]["get"];

const crumbs = [{ label: "Responses", href: "/responses" }];

/** A response that is stored, or runs: its facts and its turns. What runs is watched live. */
export function ResponsePage({ responseId }: { responseId: string }) {
  const trpc = useTRPC();
  const stored = useQuery(trpc.responses.get.queryOptions({ responseId }, { retry: false }));
  // A foreground response is stored when it ends; until then it is known only to the node that runs it.
  const unknown = stored.error !== null && problemOf(stored.error).code === "not_found";
  const running = stored.data ? isRunning(stored.data.response) : unknown;
  const watched = useWatchedResponse(responseId, running);
  const response = (running && watched.response) || stored.data?.response || watched.response;
  if (unknown && !response && watched.problem) return <NoSuchResponse />;
  return (
    <Page
      title={<span className="figures">{shortenId(responseId)}</span>}
      crumbs={crumbs}
      actions={
        response && (
          <>
            {isRunning(response) && <StopButton responseId={responseId} />}
            {stored.data && <DeleteResponse responseId={responseId} />}
          </>
        )
      }
    >
      {response ? (
        <Turns response={response} stored={stored.data ?? null} />
      ) : (
        <QueryView
          query={{ ...stored, error: unknown ? null : stored.error }}
          title="The response could not be loaded"
          skeleton={<ResponseSkeleton />}
        >
          {() => null}
        </QueryView>
      )}
    </Page>
  );
}

function isRunning({ status }: ResponseResource): boolean {
  return status === "in_progress" || status === "queued";
}

function Turns({ response, stored }: { response: ResponseResource; stored: Stored | null }) {
  const input = stored?.input ?? [];
  const running = isRunning(response);
  const searched = response.tools.find((tool) => tool.type === "file_search");
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <ResponseFacts response={response} />
      {response.error && (
        <Callout tone="danger" title="The response failed">
          {response.error.message}
        </Callout>
      )}
      {response.incomplete_details && (
        <Callout tone="warning" title="The answer is incomplete">
          {response.incomplete_details.reason === "max_output_tokens"
            ? "It reached the most output tokens that the request allows."
            : "The provider filtered its content."}
        </Callout>
      )}
      <div aria-live="polite" aria-busy={running}>
        <ItemRows
          items={[...input, ...response.output]}
          instructions={response.instructions}
          vectorStoreId={searched && "vector_store_ids" in searched ? (searched.vector_store_ids[0] ?? null) : null}
          before={stored && stored.historyCount > 0 && <EarlierItems responseId={response.id} stored={stored} />}
          after={
            running && (
              <ItemRow speaker="">
                <RunStatus status={response.status} />
              </ItemRow>
            )
          }
        />
      </div>
      {!stored && running && <p className="text-ink-3 text-sm">Its input is shown once it has ended and is stored.</p>}
    </div>
  );
}

function NoSuchResponse() {
  return (
    <Page title="Response" crumbs={crumbs}>
      <MissingThing icon={MessagesSquare} thing="response" href="/responses">
        It may have been deleted, never stored, or belong to another team.
      </MissingThing>
    </Page>
  );
}

function ResponseSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-4">
      <Skeleton className="h-17" />
      <Skeleton className="h-60" />
    </div>
  );
}
