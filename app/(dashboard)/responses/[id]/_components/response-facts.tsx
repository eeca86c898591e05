import Link from "next/link";
import type { ReactNode } from "react";
import { TokenCounts } from "#components/format/token-counts";
import { TraceLink } from "#components/trace/trace-link";
import { CopyId } from "#components/ui/copy-id";
import { FactStrip } from "#components/ui/fact-strip";
import { RelativeTime } from "#components/ui/relative-time";
import { RunStatus } from "#components/ui/status";
import type { ResponseResource } from "#server/protocol/response";

/** The response in one strip. */
export function ResponseFacts({ response }: { response: ResponseResource }) {
  const { usage, conversation, previous_response_id: previous } = response;
  const facts: { name: string; value: ReactNode }[] = [
    { name: "Status", value: <RunStatus status={response.status} /> },
    { name: "Started", value: <RelativeTime at={response.created_at * 1000} /> },
    { name: "Model", value: <span className="figures text-sm">{response.model}</span> },
    ...(usage ? [{ name: "Tokens", value: <TokenCounts {...countsOf(usage)} /> }] : []),
    { name: "Mode", value: response.background ? "Background" : "Foreground" },
    ...(previous ? [{ name: "Follows", value: <IdLink href={`/responses/${previous}`} id={previous} /> }] : []),
    ...(conversation
      ? [
          {
            name: "Conversation",
            value: <IdLink href={`/responses/conversations/${conversation.id}`} id={conversation.id} />,
          },
        ]
      : []),
    { name: "Id", value: <CopyId id={response.id} /> },
    ...(response.status === "queued" ? [] : [{ name: "Run", value: <TraceLink responseId={response.id} /> }]),
  ];
  return <FactStrip facts={facts} />;
}

function countsOf(usage: NonNullable<ResponseResource["usage"]>) {
  return {
    input: usage.input_tokens,
    cached: usage.input_tokens_details.cached_tokens,
    output: usage.output_tokens,
    reasoning: usage.output_tokens_details.reasoning_tokens,
  };
}

function IdLink({ href, id }: { href: string; id: string }) {
  return (
    <Link href={href} className="figures rounded-xs text-accent text-sm hover:underline">
      {`${id.slice(0, 10)}…${id.slice(-6)}`}
    </Link>
  );
}
