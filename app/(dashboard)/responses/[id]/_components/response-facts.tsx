import Link from "next/link";
import type { ReactNode } from "react";
import { formatCount, formatExact } from "#components/format/numbers";
import { TraceLink } from "#components/trace/trace-link";
import { CopyId } from "#components/ui/copy-id";
import { RelativeTime } from "#components/ui/relative-time";
import { RunStatus } from "#components/ui/status";
import { Tooltip } from "#components/ui/tooltip";
import type { ResponseResource } from "#server/protocol/response";

/** The response in one strip. */
export function ResponseFacts({ response }: { response: ResponseResource }) {
  const { usage, conversation, previous_response_id: previous } = response;
  const facts: { name: string; value: ReactNode }[] = [
    { name: "Status", value: <RunStatus status={response.status} /> },
    { name: "Started", value: <RelativeTime at={response.created_at * 1000} /> },
    { name: "Model", value: <span className="figures text-sm">{response.model}</span> },
    ...(usage ? [{ name: "Tokens", value: <Tokens usage={usage} /> }] : []),
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
  return (
    <dl className="flex flex-wrap gap-x-7 gap-y-3 rounded-md border bg-surface px-4 py-3">
      {facts.map((fact) => (
        <div key={fact.name} className="min-w-0 max-w-full">
          <dt className="text-ink-3 text-sm">{fact.name}</dt>
          <dd className="flex min-h-5 min-w-0 items-center">{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Tokens({ usage }: { usage: NonNullable<ResponseResource["usage"]> }) {
  const exact = `${formatExact(usage.input_tokens)} in (${formatExact(usage.input_tokens_details.cached_tokens)} cached), ${formatExact(usage.output_tokens)} out (${formatExact(usage.output_tokens_details.reasoning_tokens)} reasoning)`;
  return (
    <Tooltip content={exact}>
      <span className="figures">
        {formatCount(usage.input_tokens)} <span className="text-ink-3">in</span> {formatCount(usage.output_tokens)}{" "}
        <span className="text-ink-3">out</span>
      </span>
    </Tooltip>
  );
}

function IdLink({ href, id }: { href: string; id: string }) {
  return (
    <Link href={href} className="figures rounded-xs text-accent text-sm hover:underline">
      {`${id.slice(0, 10)}…${id.slice(-6)}`}
    </Link>
  );
}
