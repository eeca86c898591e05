import type { ReactNode } from "react";
import { Logo } from "#components/shell/logo";

/** Pages before the dashboard: one column, the mark above it. */
export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col items-center bg-sunken px-4 py-10 sm:py-16">
      <div className="mb-6 flex items-center gap-2.5">
        <Logo className="size-7" />
        <span className="font-semibold text-lg">Rejoinder</span>
      </div>
      {children}
    </div>
  );
}
