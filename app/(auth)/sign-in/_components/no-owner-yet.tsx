import { AuthCard } from "#app/(auth)/_components/auth-card";
import { CodeBlock } from "#components/ui/code-block";

/** Before the first account: the link to make it is in the terminal, so that only the operator has it. */
export function NoOwnerYet() {
  return (
    <AuthCard title="Nobody has an account here yet">
      <div className="flex flex-col gap-3 text-md text-ink-2">
        <p>Open the setup link that the server printed in its terminal when it started. It makes the first account.</p>
        <p>Is it gone, or older than a day? Print a new one on the server:</p>
        <CodeBlock code="npm run setup-link" language="bash" label="Command for a new setup link" />
      </div>
    </AuthCard>
  );
}
