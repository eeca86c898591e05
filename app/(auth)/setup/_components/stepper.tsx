import { Check } from "lucide-react";
import { cn } from "#components/ui/cn";
import { type StepId, steps } from "./steps";

/** Which step this is, and which are done. */
export function Stepper({ current }: { current: StepId }) {
  const at = steps.findIndex((step) => step.id === current);
  return (
    <ol aria-label="Steps" className="mb-5 flex w-full max-w-160 gap-2">
      {steps.map((step, index) => (
        <li
          key={step.id}
          aria-current={index === at ? "step" : undefined}
          className={cn("flex min-w-0 flex-1 flex-col gap-1.5 text-sm", index <= at ? "text-ink" : "text-ink-3")}
        >
          <span className={cn("h-1 rounded-full", index <= at ? "bg-accent" : "bg-line")} />
          <span className="flex items-center gap-1 truncate">
            {index < at ? (
              <Check aria-label="Done" className="size-3.5 text-ok" />
            ) : (
              <span className="figures">{index + 1}</span>
            )}
            {step.label}
          </span>
        </li>
      ))}
    </ol>
  );
}
