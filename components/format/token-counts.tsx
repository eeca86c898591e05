import { formatCount, formatExact } from "#components/format/numbers";
import { Tooltip } from "#components/ui/tooltip";

export interface TokenCountsProps {
  input: number;
  /** Of the input. */
  cached: number;
  output: number;
  /** Of the output. */
  reasoning: number;
}

/** A run's tokens in short; the exact figures on hover. */
export function TokenCounts({ input, cached, output, reasoning }: TokenCountsProps) {
  const exact =
    `${formatExact(input)} in (${formatExact(cached)} cached), ` +
    `${formatExact(output)} out (${formatExact(reasoning)} reasoning)`;
  return (
    <Tooltip content={exact}>
      <span className="figures">
        {formatCount(input)} <span className="text-ink-3">in</span> {formatCount(output)}{" "}
        <span className="text-ink-3">out</span>
      </span>
    </Tooltip>
  );
}
