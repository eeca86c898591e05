import type { Metadata } from "next";
import { PlaygroundPage } from "./_components/playground-page";

export const metadata: Metadata = { title: "Playground" };

type Search = Promise<Record<string, string | string[] | undefined>>;

/** A conversation with any of the team's models. `store` and `model` in the URL are chosen from the start. */
export default async function Page({ searchParams }: { searchParams: Search }) {
  const { store, model } = await searchParams;
  return (
    <PlaygroundPage
      startModel={typeof model === "string" ? model : null}
      startStores={(Array.isArray(store) ? store : [store]).filter((id) => id !== undefined)}
    />
  );
}
