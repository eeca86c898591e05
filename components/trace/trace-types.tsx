import type { Outputs } from "#components/trpc/client";

export type Trace = Outputs["traces"]["get"]["trace"];
export type Span = Outputs["traces"]["get"]["spans"][number];
export type TraceRow = Outputs["traces"]["list"]["rows"][number];
