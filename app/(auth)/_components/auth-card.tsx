import type { ReactNode } from "react";
import { cn } from "#components/ui/cn";

export interface AuthCardProps {
  title: string;
  description?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
}

/** The one card of a page before the dashboard. */
export function AuthCard({ title, description, children, footer, wide }: AuthCardProps) {
  return (
    <main className={cn("w-full rounded-lg border bg-surface p-5 sm:p-7", wide ? "max-w-160" : "max-w-100")}>
      <h1 className="font-semibold text-xl">{title}</h1>
      {description && <div className="mt-1 text-ink-2 text-md">{description}</div>}
      <div className="mt-5">{children}</div>
      {footer && <div className="mt-5 border-t pt-4 text-base text-ink-2">{footer}</div>}
    </main>
  );
}
