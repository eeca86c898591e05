"use client";
import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import { formatExact } from "#components/format/numbers";
import { cn } from "#components/ui/cn";

export interface Tab<T extends string> {
  value: T;
  label: ReactNode;
  /** A small figure after the label. */
  count?: number;
  content: ReactNode;
}

export interface TabsProps<T extends string> {
  tabs: readonly Tab<T>[];
  value: T;
  onChange: (value: T) => void;
  label: string;
  className?: string;
  listClassName?: string;
  panelClassName?: string;
}

/** Views of one thing beside each other. Only the open one is mounted. */
export function Tabs<T extends string>(props: TabsProps<T>) {
  const { tabs, value, onChange, label, className, listClassName, panelClassName } = props;
  return (
    <Base.Root value={value} onValueChange={onChange} className={cn("flex min-h-0 min-w-0 flex-col", className)}>
      <Base.List
        aria-label={label}
        className={cn(
          "scroll-thin relative flex shrink-0 gap-4 overflow-x-auto overflow-y-hidden border-b",
          listClassName,
        )}
      >
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="flex h-9 items-center gap-1.5 whitespace-nowrap text-base text-ink-2 outline-offset-[-2px] hover:text-ink data-[active]:font-medium data-[active]:text-ink"
          >
            {tab.label}
            {tab.count !== undefined && tab.count > 0 && (
              <span className="figures text-ink-3 text-xs">{formatExact(tab.count)}</span>
            )}
          </Base.Tab>
        ))}
        <Base.Indicator className="absolute bottom-0 left-0 h-0.5 w-(--active-tab-width) translate-x-(--active-tab-left) bg-accent transition-[translate,width] duration-150 ease-out" />
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className={cn("min-h-0 min-w-0 flex-1", panelClassName)}>
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
