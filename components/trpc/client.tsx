"use client";

import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import type { AppRouter } from "#server/trpc/root";

/** `useTRPC()` gives query and mutation options by procedure: `useQuery(useTRPC().me.get.queryOptions())`. */
export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

/** Inputs of every procedure: `Inputs["apiKeys"]["create"]`. */
export type Inputs = inferRouterInputs<AppRouter>;

/** Outputs of every procedure: `Outputs["me"]["get"]`. */
export type Outputs = inferRouterOutputs<AppRouter>;
