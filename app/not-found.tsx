import { SearchX } from "lucide-react";
import Link from "next/link";
import { buttonClass } from "#components/ui/button";
import { EmptyState } from "#components/ui/empty-state";

/** An address that leads nowhere. */
export default function NotFoundPage() {
  return (
    <main className="flex min-h-dvh items-center">
      <EmptyState
        icon={SearchX}
        title="There is no such page"
        action={
          <Link href="/overview" className={buttonClass({ variant: "primary" })}>
            Go to the overview
          </Link>
        }
      >
        The address may be mistyped, or what it named is gone.
      </EmptyState>
    </main>
  );
}
