import type { Metadata } from "next";
import { OverviewPage } from "./_components/overview-page";

export const metadata: Metadata = { title: "Overview" };

/** What the team used, and what went wrong. */
export default async function Page({ searchParams }: { searchParams: Promise<{ days?: string | string[] }> }) {
  const { days } = await searchParams;
  return <OverviewPage days={days === "7" || days === "90" ? days : "30"} />;
}
