"use client";
import { Ban, Ellipsis, Pencil } from "lucide-react";
import { useState } from "react";
import { formatCount } from "#components/format/numbers";
import { IconButton } from "#components/ui/icon-button";
import { Menu, MenuItem } from "#components/ui/menu";
import { RelativeTime } from "#components/ui/relative-time";
import { Badge, Status } from "#components/ui/status";
import { Table, Td, Th, Tr } from "#components/ui/table";
import { EditKeyDialog } from "./edit-key-dialog";
import { type ApiKey, describeScopes } from "./key-settings";
import { RevokeKeyDialog } from "./revoke-key-dialog";

const head = (
  <>
    <Th>Name</Th>
    <Th>Key</Th>
    <Th>Scopes</Th>
    <Th>Limits</Th>
    <Th>Last used</Th>
    <Th>Created</Th>
    <Th>Status</Th>
    <Th>
      <span className="sr-only">Actions</span>
    </Th>
  </>
);

function limitsOf(key: ApiKey): string {
  const parts = [
    key.requestsPerMinute === null ? null : `${formatCount(key.requestsPerMinute)} req/min`,
    key.tokensPerMinute === null ? null : `${formatCount(key.tokensPerMinute)} tok/min`,
    key.concurrentRuns === null ? null : `${formatCount(key.concurrentRuns)} at a time`,
  ];
  return parts.filter(Boolean).join(", ") || "None";
}

/** The keys, the newest first. */
export function KeysTable({ keys }: { keys: readonly ApiKey[] }) {
  const [editing, setEditing] = useState<ApiKey | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  return (
    <>
      <Table label="API keys" head={head} wide keys>
        {keys.map((key) => (
          <KeyRow key={key.id} apiKey={key} onEdit={() => setEditing(key)} onRevoke={() => setRevoking(key)} />
        ))}
      </Table>
      {editing && <EditKeyDialog apiKey={editing} onClose={() => setEditing(null)} />}
      {revoking && <RevokeKeyDialog apiKey={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

function KeyRow({ apiKey, onEdit, onRevoke }: { apiKey: ApiKey; onEdit: () => void; onRevoke: () => void }) {
  const active = apiKey.status === "active";
  return (
    <Tr className={active ? undefined : "text-ink-3"}>
      <Td className="max-w-60">
        <span className="flex items-center gap-2">
          <span className="truncate font-medium">{apiKey.name}</span>
          {!apiKey.logContent && <Badge>no content kept</Badge>}
        </span>
      </Td>
      <Td className="figures whitespace-nowrap text-sm">{apiKey.display}</Td>
      <Td className="max-w-64 truncate text-ink-2">{describeScopes(apiKey.scopes)}</Td>
      <Td className="whitespace-nowrap text-ink-2">{limitsOf(apiKey)}</Td>
      <Td className="whitespace-nowrap text-ink-2">
        {apiKey.lastUsedAt ? <RelativeTime at={apiKey.lastUsedAt} /> : "Never"}
      </Td>
      <Td className="whitespace-nowrap text-ink-2">
        <RelativeTime at={apiKey.createdAt} />
        {apiKey.createdBy && <span className="text-ink-3"> by {apiKey.createdBy}</span>}
      </Td>
      <Td className="whitespace-nowrap">
        <KeyStatus apiKey={apiKey} />
      </Td>
      <Td align="right">
        {active && apiKey.editable && (
          <Menu trigger={<IconButton icon={Ellipsis} label={`Actions for ${apiKey.name}`} size="sm" />}>
            <MenuItem icon={Pencil} onSelect={onEdit}>
              Edit
            </MenuItem>
            <MenuItem icon={Ban} danger onSelect={onRevoke}>
              Revoke
            </MenuItem>
          </Menu>
        )}
      </Td>
    </Tr>
  );
}

function KeyStatus({ apiKey }: { apiKey: ApiKey }) {
  if (apiKey.status === "revoked")
    return (
      <Status tone="neutral" icon={Ban}>
        Revoked
      </Status>
    );
  if (apiKey.status === "expired") return <Status tone="warning">Expired</Status>;
  return (
    <span className="flex items-center gap-2">
      <Status tone="ok">Active</Status>
      {apiKey.expiresAt && (
        <span className="text-ink-3 text-sm">
          ends <RelativeTime at={apiKey.expiresAt} />
        </span>
      )}
    </span>
  );
}
