import { formatDuration, formatExact, formatMoney } from "#components/format/numbers";
import type { Span, Trace } from "#components/trace/trace-types";
import { Table, Td, Th, Tr } from "#components/ui/table";
import { None } from "./none";

function amount(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/** Tokens and cost: of each model call, and of the whole. */
export function UsageTab({ trace, spans }: { trace: Trace; spans: readonly Span[] }) {
  const calls = spans.filter((span) => span.kind === "model");
  if (trace.inputTokens === null && calls.length === 0) return <None>No model was called in this run.</None>;
  const head = (
    <>
      <Th>Call</Th>
      <Th align="right">Input</Th>
      <Th align="right">of it cached</Th>
      <Th align="right">Output</Th>
      <Th align="right">of it reasoning</Th>
      <Th align="right">Duration</Th>
      <Th align="right">Cost</Th>
    </>
  );
  return (
    <Table label="Usage" head={head} className="rounded-md border bg-surface [&_th]:bg-surface">
      {calls.map((call) => (
        <Tr key={call.id}>
          <Td>{call.name}</Td>
          <Td align="right">{formatExact(amount(call.attributes.inputTokens))}</Td>
          <Td align="right">{formatExact(amount(call.attributes.cachedTokens))}</Td>
          <Td align="right">{formatExact(amount(call.attributes.outputTokens))}</Td>
          <Td align="right">{formatExact(amount(call.attributes.reasoningTokens))}</Td>
          <Td align="right">{formatDuration(call.durationMs)}</Td>
          <Td align="right">
            {typeof call.attributes.costUsd === "number" ? formatMoney(call.attributes.costUsd) : ""}
          </Td>
        </Tr>
      ))}
      <Tr className="font-medium">
        <Td>Whole run</Td>
        <Td align="right">{formatExact(trace.inputTokens ?? 0)}</Td>
        <Td align="right">{formatExact(trace.cachedTokens ?? 0)}</Td>
        <Td align="right">{formatExact(trace.outputTokens ?? 0)}</Td>
        <Td align="right">{formatExact(trace.reasoningTokens ?? 0)}</Td>
        <Td align="right">{trace.durationMs === null ? "" : formatDuration(trace.durationMs)}</Td>
        <Td align="right">{trace.costUsd === null ? "unpriced" : formatMoney(trace.costUsd)}</Td>
      </Tr>
    </Table>
  );
}
