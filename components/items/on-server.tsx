import { OWN_LABEL } from "#server/protocol/saved-tools";

/** Which server a call goes to, after the tool's name; functions of the team's own are on none. */
export function OnServer({ label }: { label: string | null }) {
  return label === null || label === OWN_LABEL ? null : <span className="text-ink-2"> on {label}</span>;
}
