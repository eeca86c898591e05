import type { Metadata } from "next";
import { SettingsPage } from "./_components/settings-page";

export const metadata: Metadata = { title: "Settings" };

const sections = ["team", "members", "account"] as const;

/** Team, members and the signed-in person's own account. */
export default async function Page({ searchParams }: { searchParams: Promise<{ tab?: string | string[] }> }) {
  const { tab } = await searchParams;
  return <SettingsPage section={sections.find((each) => each === tab) ?? "team"} />;
}
