import Link from "next/link";
import { AuthCard } from "#app/(auth)/_components/auth-card";
import { buttonClass } from "#components/ui/button";
import { CodeBlock } from "#components/ui/code-block";

/** A setup page without a link that works. */
export function DeadSetupLink({ hasOwner }: { hasOwner: boolean }) {
  return (
    <AuthCard title="This setup link does not work">
      <div className="flex flex-col gap-3 text-ink-2 text-md">
        <p>It is incomplete, was used already, or is older than a day. Print a new one on the server:</p>
        <CodeBlock code="npm run setup-link" language="bash" label="Command for a new setup link" />
        {hasOwner && (
          <p>
            <Link href="/sign-in" className={buttonClass()}>
              Sign in instead
            </Link>
          </p>
        )}
      </div>
    </AuthCard>
  );
}
