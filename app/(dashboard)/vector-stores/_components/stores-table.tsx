"use client";
import Link from "next/link";
import { formatBytes, formatExact, formatPlural } from "#components/format/numbers";
import { CopyId } from "#components/ui/copy-id";
import { RelativeTime } from "#components/ui/relative-time";
import { Badge, Status } from "#components/ui/status";
import { rowLinkProps, Table, Td, Th, Tr } from "#components/ui/table";
import type { Store } from "#components/vector-stores/store-types";

const head = (
  <>
    <Th>Name</Th>
    <Th>Id</Th>
    <Th>Status</Th>
    <Th align="right">Files</Th>
    <Th align="right">Size</Th>
    <Th>Embeddings</Th>
    <Th>Last used</Th>
  </>
);

/** The stores, newest first. */
export function StoresTable({ stores }: { stores: readonly Store[] }) {
  return (
    <Table label="Vector stores" head={head} keys wide>
      {stores.map((store) => (
        <Tr key={store.id}>
          <Td className="max-w-80">
            <Link
              {...rowLinkProps}
              href={`/vector-stores/${store.id}`}
              className="block truncate rounded-xs font-medium"
            >
              {store.name || "Without a name"}
            </Link>
          </Td>
          <Td>
            <CopyId id={store.id} />
          </Td>
          <Td>
            <StoreStatus store={store} />
          </Td>
          <Td align="right">{formatExact(store.totals.total)}</Td>
          <Td align="right">{formatBytes(store.totals.usageBytes)}</Td>
          <Td className="whitespace-nowrap">
            <EmbeddingModel model={store.embeddingModel} />
          </Td>
          <Td className="whitespace-nowrap text-ink-2">
            <RelativeTime at={store.lastActiveAt} />
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

/** An embedding model, marked when it only counts words. */
export function EmbeddingModel({ model }: { model: string }) {
  return (
    <span className="inline-flex items-center gap-2">
      <span className="figures text-ink-2 text-sm">{model}</span>
      {model.startsWith("builtin/") && <Badge tone="warning">lexical</Badge>}
    </span>
  );
}

/** What a store's files are doing, in a word. */
export function StoreStatus({ store }: { store: Store }) {
  if (store.status === "expired") return <Status tone="warning">Expired</Status>;
  if (store.totals.inProgress > 0)
    return <Status tone="running">{formatPlural(store.totals.inProgress, "file")} to go</Status>;
  if (store.totals.failed > 0) return <Status tone="danger">{store.totals.failed} failed</Status>;
  return store.totals.total === 0 ? <Status tone="neutral">Empty</Status> : <Status tone="ok">Ready</Status>;
}
