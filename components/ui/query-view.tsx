"use client";
import type { ReactNode } from "react";
import { ErrorState } from "#components/ui/error-state";

interface QueryLike<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => Promise<unknown>;
}

export interface QueryViewProps<T> {
  query: QueryLike<T>;
  /** What could not be done, for the error: "The keys could not be loaded". */
  title: string;
  /** Shaped like the content. */
  skeleton: ReactNode;
  children: (data: T) => ReactNode;
}

/** A query as what it is: loading, failed with a way to try again, or there. */
export function QueryView<T>({ query, title, skeleton, children }: QueryViewProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ErrorState title={title} error={query.error} onRetry={() => void query.refetch()} />;
  return skeleton;
}
