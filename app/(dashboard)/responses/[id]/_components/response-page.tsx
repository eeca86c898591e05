"use client";
import { useQuery } from "@tanstack/react-query";
import { MessagesSquare } from "lucide-react";
import { useRef } from "react";
import { shortenId } from "#components/format/ids";
import { ItemRow, ItemRows } from "#components/items/item-rows";
import { Page } from "#components/shell/page";
import { type Outputs, useTRPC } from "#components/trpc/client";
import { problemOf } from "#components/trpc/error";
import { MissingThing } from "#components/ui/missing-thing";
import { QueryView } from "#components/ui/query-view";
import { SkeletonStack } from "#components/ui/skeleton";
import { Callout, RunStatus } from "#components/ui/status";
import { useFollowEnd } from "#components/ui/use-follow-end";
import type { ResponseResource } from "#server/protocol/response";
import { StopButton } from "../../_components/stop-button";
import { DeleteResponse } from "./delete-response";
import { EarlierItems } from "./earlier-items";
import { ResponseApprovals } from "./response-approvals";
import { ResponseFacts } from "./response-facts";
import { isRunning, useWatchedResponse } from "./use-watched-response";

type Stored = Outputs["responses"]["get"];
type Input = Outputs["responses"]["input"];

const crumbs = [{ label: "Responses", href: "/responses" }];

/** A response that is stored, or runs: its facts and its turns. What runs is watched live. */
export function ResponsePage({ responseId }: { responseId: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.responses.get.queryOptions({ responseId }, { retry: false }));
  const missing = query.error !== null && problemOf(query.error).code === "not_found";
  const stored = (!missing && query.data) || null;
  // A foreground response is stored when it ends; until then it is known only to the node that runs it. Once the page
  // has asked for it in vain it is watched, also while it is asked for again.
  const running = stored ? isRunning(stored.response) : query.errorUpdateCount > 0;
  const watched = useWatchedResponse(responseId, running);
  // What another node's run was asked is known here once its first event is; a run that just ended is stored.
  const asked = useQuery(
    trpc.responses.input.queryOptions({ responseId }, { enabled: !stored && watched.response !== null, retry: false }),
  );
  const heard = stored || !asked.isPending ? watched.response : null;
  const response = (running && heard) || stored?.response || heard;
  if (watched.gone && !stored) return <NoSuchResponse />;
  return (
    <Page
      title={<span className="figures">{shortenId(responseId)}</span>}
      crumbs={crumbs}
      actions={
        response && (
          <>
            {isRunning(response) && <StopButton responseId={responseId} />}
            {stored && <DeleteResponse responseId={responseId} />}
          </>
        )
      }
    >
      {response ? (
        <Turns
          response={response}
          input={stored?.input ?? asked.data ?? null}
          stored={stored}
          problem={watched.problem}
        />
      ) : (
        <QueryView
          query={{ ...query, error: missing ? null : query.error }}
          title="The response could not be loaded"
          skeleton={<SkeletonStack shapes={["h-17", "h-60"]} />}
        >
          {() => null}
        </QueryView>
      )}
    </Page>
  );
}

interface TurnsProps {
  response: ResponseResource;
  /** What its request brought; null where that is not known. */
  input: Input | null;
  stored: Stored | null;
  /** Why nothing is heard of it at this moment. */
  problem: string | null;
}

function Turns({ response, input, stored, problem }: TurnsProps) {
  const content = useRef<HTMLDivElement>(null);
  const running = isRunning(response);
  useFollowEnd(content, running);
  const searched = response.tools.find((tool) => tool.type === "file_search");
  return (
    <div ref={content} className="flex min-w-0 flex-col gap-4">
      <ResponseFacts response={response} />
      {stored && !running && <ResponseApprovals response={response} />}
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
          items={[...(input ?? []), ...response.output]}
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
      {running && problem && (
        <Callout tone="warning" title="The connection to this run is lost">
          {problem} It is tried again.
        </Callout>
      )}
      {running && !input && <p className="text-ink-3 text-sm">Its input is shown once it has ended and is stored.</p>}
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
