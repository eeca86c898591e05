import type { Outputs } from "#components/trpc/client";

export type HostedTool = Outputs["tools"]["hosted"]["tools"][number];
export type HostedType = HostedTool["type"];

/** What the tools are called that this server, or a model's provider, runs. */
export const hostedNames: Record<HostedType, string> = {
  web_search: "Web search",
  code_interpreter: "Code interpreter",
  image_generation: "Image generation",
};
