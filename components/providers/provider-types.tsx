import type { Outputs } from "#components/trpc/client";

export type Connection = Outputs["providers"]["list"][number];
export type Preset = Outputs["providers"]["kinds"][number];
export type TestOutcome = Outputs["providers"]["test"];
