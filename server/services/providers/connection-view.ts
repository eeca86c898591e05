import type { ConnectionRow } from "#server/db/connections";
import { type Connection, toWire, type Wire } from "#server/providers/provider";
import { describeKind, isProviderKind, runsInside } from "#server/providers/registry";
import { withoutProject } from "#server/services/models/environment-connections";
import { hintOfCredential } from "#server/services/providers/vendor-credential";

/** A connection as it is shown: of its key only the last four characters. */
export interface ConnectionView {
  id: string;
  name: string;
  kind: string;
  kindLabel: string;
  baseUrl: string | null;
  /** `…abcd`, or the address of a team's service account; null when there is no key. */
  keyHint: string | null;
  /** The models that the team chose; empty: all that the provider lists. */
  models: string[];
  /** Which of OpenAI's two APIs it is asked by; null for kinds with one of their own. */
  wire: Wire | null;
  /** Region, location and project, where its vendor knows them. */
  settings: NonNullable<Connection["settings"]>;
  position: number;
  /** `environment`: the operator set it, and only the operator changes it. `builtin`: its models run inside this server. */
  source: "team" | "environment" | "builtin";
  lastTestAt: Date | null;
  lastTestOk: boolean | null;
  lastTestNote: string | null;
  createdAt: Date | null;
}

const HINT_LENGTH = 4;

/** What may be shown of a secret: who a longer credential is of, or the end of a key that is long enough for that. */
export function hintOf(apiKey: string): string {
  return hintOfCredential(apiKey) ?? endOf(apiKey);
}

function endOf(apiKey: string): string {
  return apiKey.length >= HINT_LENGTH * 3 ? `…${apiKey.slice(-HINT_LENGTH)}` : "…";
}

function labelOf(kind: string): string {
  return isProviderKind(kind) ? describeKind(kind).label : kind;
}

function wireIn(kind: string, wire: Wire): Wire | null {
  return kind === "openai-compatible" ? wire : null;
}

/** What of a team's own connection is shown. */
export function toConnectionView(row: ConnectionRow): ConnectionView {
  const { id, name, kind, baseUrl, models, position, lastTestAt, lastTestOk, lastTestNote, createdAt } = row;
  return {
    wire: wireIn(kind, toWire(row.wire)),
    settings: row.settings,
    ...{ id, name, kind, baseUrl, models, position, lastTestAt, lastTestOk, lastTestNote, createdAt },
    kindLabel: labelOf(kind),
    keyHint: row.secretHint,
    source: "team",
  };
}

function fixedHintOf(apiKey: string): string {
  return hintOfCredential(apiKey) === null ? endOf(apiKey) : "…";
}

/** What of a connection that no row stands for is shown: to every team, so not whose cloud account it is. */
export function toFixedView(connection: Connection, position: number): ConnectionView {
  const { id, name, kind, baseUrl, models, apiKey } = connection;
  return {
    wire: wireIn(kind, connection.wire ?? "auto"),
    settings: withoutProject(connection).settings ?? {},
    ...{ id, name, kind, baseUrl, models, position },
    kindLabel: labelOf(kind),
    keyHint: apiKey === null ? null : fixedHintOf(apiKey),
    source: runsInside(kind) ? "builtin" : "environment",
    ...{ lastTestAt: null, lastTestOk: null, lastTestNote: null, createdAt: null },
  };
}
