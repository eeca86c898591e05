import { keyed } from "#components/ui/keyed";
import { Badge } from "#components/ui/status";
import { Table, Td, Th, Tr } from "#components/ui/table";
import type { FileSearchResult } from "#server/protocol/items";
import type { Retrieved } from "./retrieved";

export interface RetrievedListProps {
  passages: readonly Retrieved[];
  cited: ReadonlySet<FileSearchResult>;
}

const head = (
  <>
    <Th align="right" className="w-10">
      #
    </Th>
    <Th>Passage</Th>
    <Th align="right">Vector</Th>
    <Th align="right">Keyword</Th>
    <Th align="right">Fused</Th>
  </>
);

function shown(score: number | null): string {
  return score === null ? "–" : score.toFixed(3);
}

/** What a search found, best first, and what of it the answer quotes. */
export function RetrievedList({ passages, cited }: RetrievedListProps) {
  return (
    <Table label="Passages found" head={head} className="max-h-120 rounded-md border bg-surface [&_th]:bg-surface">
      {keyed(passages, (passage) => `${passage.file_id} ${passage.score}`).map(({ key, item: passage }, at) => (
        <Tr key={key}>
          <Td align="right" className="align-top text-ink-3 leading-9">
            {at + 1}
          </Td>
          <Td className="min-w-64 py-2">
            <span className="flex items-center gap-2">
              <span className="truncate font-medium">{passage.filename}</span>
              {passage.page !== null && (
                <span className="whitespace-nowrap text-ink-3 text-sm">page {passage.page}</span>
              )}
              {cited.has(passage) && <Badge tone="ok">cited</Badge>}
            </span>
            <details>
              <summary className="line-clamp-2 text-ink-2 marker:content-none">{passage.text}</summary>
              <p className="mt-1 whitespace-pre-wrap text-ink-2 [overflow-wrap:anywhere]">{passage.text}</p>
            </details>
          </Td>
          <Td align="right" className="align-top leading-9">
            {shown(passage.vectorScore)}
          </Td>
          <Td align="right" className="align-top leading-9">
            {shown(passage.keywordScore)}
          </Td>
          <Td align="right" className="align-top font-medium leading-9">
            {shown(passage.score)}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
