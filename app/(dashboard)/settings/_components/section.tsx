import type { ReactNode } from "react";

export interface SectionProps {
  title: string;
  description?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}

/** One matter of the settings. */
export function Section({ title, description, action, children }: SectionProps) {
  return (
    <section className="flex min-w-0 flex-col gap-3">
      <header className="flex items-end justify-between gap-4">
        <div className="min-w-0">
          <h2 className="font-medium text-lg">{title}</h2>
          {description && <p className="text-ink-2">{description}</p>}
        </div>
        {action}
      </header>
      {children}
    </section>
  );
}
