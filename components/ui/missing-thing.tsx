import type { LucideIcon } from "lucide-react";
import Link from "next/link";
import { buttonClass } from "#components/ui/button";
import { EmptyState } from "#components/ui/empty-state";

export interface MissingThingProps {
  icon: LucideIcon;
  /** `response`; its plural has an s. */
  thing: string;
  /** Where all of them are. */
  href: string;
  /** What may have become of it. */
  children?: string;
}

/** In place of something that the team does not have, or has no more. */
export function MissingThing({ icon, thing, href, children }: MissingThingProps) {
  return (
    <EmptyState
      icon={icon}
      title={`There is no such ${thing}`}
      action={
        <Link href={href} className={buttonClass({ variant: "primary" })}>
          All {thing}s
        </Link>
      }
    >
      {children ?? "It may have been deleted, or belong to another team."}
    </EmptyState>
  );
}
