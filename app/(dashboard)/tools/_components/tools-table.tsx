"use client";
import Link from "next/link";
import { formatDuration, formatExact, formatPlural } from "#components/format/numbers";
import { ToolStatus } from "#components/tools/tool-status";
import { kindNames, type SavedTool } from "#components/tools/tool-types";
import { RelativeTime } from "#components/ui/relative-time";
import { rowLinkProps, Table, Td, Th, Tr } from "#components/ui/table";

const head = (
  <>
    <Th>Name</Th>
    <Th>Kind</Th>
    <Th>Status</Th>
    <Th>Address</Th>
    <Th>Used by</Th>
    <Th align="right">Calls, 7 d</Th>
    <Th align="right">Errors, 7 d</Th>
    <Th align="right">p95</Th>
    <Th>Last used</Th>
  </>
);

/** The tools by name, with what became of them in the last week. */
export function ToolsTable({ tools }: { tools: readonly SavedTool[] }) {
  return (
    <Table label="Tools" head={head} keys wide>
      {tools.map((tool) => (
        <Tr key={tool.id} className={tool.enabled ? undefined : "text-ink-3"}>
          <Td className="max-w-56">
            <Link
              {...rowLinkProps}
              href={`/tools/${tool.id}`}
              className="figures block truncate rounded-xs font-medium text-sm"
            >
              {tool.name}
            </Link>
          </Td>
          <Td className="whitespace-nowrap text-ink-2">{kindNames[tool.kind]}</Td>
          <Td className="whitespace-nowrap">
            <ToolStatus tool={tool} />
          </Td>
          <Td className="max-w-72 truncate">
            <span className="figures text-ink-2 text-sm">
              {tool.http && `${tool.http.method} `}
              {tool.mcp?.url ?? tool.http?.url}
            </span>
          </Td>
          <Td className="max-w-48 truncate whitespace-nowrap text-ink-2">{describeUsers(tool)}</Td>
          <Td align="right">{formatExact(tool.usage.calls)}</Td>
          <Td align="right">
            <span className={tool.usage.errors > 0 ? "text-danger" : undefined}>{formatExact(tool.usage.errors)}</span>
          </Td>
          <Td align="right">{tool.usage.p95Ms === null ? "–" : formatDuration(tool.usage.p95Ms)}</Td>
          <Td className="whitespace-nowrap text-ink-2">
            {tool.usage.lastUsedAt ? <RelativeTime at={tool.usage.lastUsedAt} /> : "Never"}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

/** Which keys may use a tool, in few words. */
export function describeUsers({ usableBy }: Pick<SavedTool, "usableBy">): string {
  if (usableBy.everyKey) return "Every key";
  const [first, ...rest] = usableBy.keys;
  if (!first) return "No key";
  return rest.length === 0 ? first.name : `${first.name} and ${formatPlural(rest.length, "other key")}`;
}
