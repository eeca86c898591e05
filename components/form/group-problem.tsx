import { CircleAlert } from "lucide-react";
import { cn } from "#components/ui/cn";

/** What is wrong with several controls together, as a field says it of its own. */
export function GroupProblem({ children, className }: { children: string | null | undefined; className?: string }) {
  if (!children) return null;
  return (
    <p role="alert" className={cn("flex items-start gap-1.5 text-danger text-sm", className)}>
      <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
      {children}
    </p>
  );
}
