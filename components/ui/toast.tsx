"use client";
import { Toast as Base } from "@base-ui/react/toast";
import { CircleAlert, CircleCheck, X } from "lucide-react";
import type { ReactNode } from "react";
import { iconButtonClass } from "#components/ui/icon-button";

const manager = Base.createToastManager();

/** Says briefly what happened. Errors stay until they are closed. */
export function toast({
  title,
  description,
  kind = "ok",
}: {
  title: string;
  description?: string;
  kind?: "ok" | "error";
}) {
  manager.add({
    title,
    description,
    type: kind,
    timeout: kind === "error" ? 0 : 4000,
    priority: kind === "error" ? "high" : "low",
  });
}

/** Where toasts appear; once, around the whole application. */
export function ToastRegion({ children }: { children: ReactNode }) {
  return (
    <Base.Provider toastManager={manager}>
      {children}
      <Base.Portal>
        <Base.Viewport className="fixed right-4 bottom-4 z-50 flex w-[calc(100vw-2rem)] max-w-88 flex-col gap-2">
          <ToastList />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function ToastList() {
  const { toasts } = Base.useToastManager();
  return toasts.map((item) => (
    <Base.Root key={item.id} toast={item} className="popup-motion rounded-md bg-float text-ink shadow-float">
      <Base.Content className="flex items-start gap-2.5 p-3">
        {item.type === "error" ? (
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
        ) : (
          <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
        )}
        <div className="min-w-0 flex-1">
          <Base.Title render={<div />} className="font-medium text-base" />
          <Base.Description className="text-ink-2 text-sm [overflow-wrap:anywhere]" />
        </div>
        <Base.Close aria-label="Dismiss" className={iconButtonClass("sm")}>
          <X aria-hidden />
        </Base.Close>
      </Base.Content>
    </Base.Root>
  ));
}
