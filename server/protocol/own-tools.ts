import { z } from "zod";
import { given } from "#server/protocol/json-values";

const Name = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-zA-Z0-9_-]+$/);

/** How a model is to know a tool, in the place of its own name and description. */
const Alias = { alias: Name.nullish(), alias_description: z.string().max(4096).nullish() };

/** A function that the team has saved, by its name. */
export const SavedToolInput = z
  .object({ type: z.literal("rejoinder:tool"), name: Name, ...Alias })
  .meta({ id: "SavedToolInput" });

/** A place for the model to write down a thought. */
export const ThinkToolInput = z.object({ type: z.literal("think"), ...Alias }).meta({ id: "ThinkToolInput" });

export const SavedToolRefInput = z.object({ type: z.literal("rejoinder:tool"), name: Name });
export const ThinkToolRefInput = z.object({ type: z.literal("think") });

interface Aliased {
  alias?: string;
  alias_description?: string;
}

export interface SavedTool extends Aliased {
  type: "rejoinder:tool";
  name: string;
}

export interface ThinkTool extends Aliased {
  type: "think";
}

/** A tool of this server's own, whose calls are `mcp_call` items of the server `rejoinder`. */
export type OwnTool = SavedTool | ThinkTool;
export type OwnToolRef = z.infer<typeof SavedToolRefInput> | z.infer<typeof ThinkToolRefInput>;

/** True for a tool of this server's own, or for a reference to one. */
export function isOwnTool<T extends { type: string }>(tool: T): tool is Extract<T, { type: OwnTool["type"] }> {
  return tool.type === "rejoinder:tool" || tool.type === "think";
}

/** The tool without what it leaves out. */
export function normalizeOwnTool(tool: z.infer<typeof SavedToolInput> | z.infer<typeof ThinkToolInput>): OwnTool {
  const { alias, alias_description } = tool;
  const aliased = given({ alias, alias_description });
  return tool.type === "think" ? { type: "think", ...aliased } : { type: tool.type, name: tool.name, ...aliased };
}

/** The name that its calls have in items, whatever the model knows it by. */
export function ownToolName(tool: OwnTool | OwnToolRef): string {
  return tool.type === "think" ? "think" : tool.name;
}
