import type { Outputs } from "#components/trpc/client";

export type Store = Outputs["vectorStores"]["get"];
export type StoreFile = Outputs["storeFiles"]["browse"]["rows"][number];
export type Hit = Outputs["vectorStores"]["search"][number];
