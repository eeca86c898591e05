import { z } from "zod";
import { normalizeTool, type RequestTool, ToolInput } from "#server/protocol/tools";
import type { VendorItem } from "#server/protocol/vendor-items";
import { isVendorTool, withoutCredentials } from "#server/protocol/vendor-tools";

/** Tools that a conversation has from this item on, as a request carries them. */
export const AdditionalToolsInput = z
  .looseObject({
    type: z.literal("additional_tools"),
    id: z.string().nullish(),
    role: z.literal("developer"),
    tools: z.array(ToolInput),
  })
  .meta({ id: "AdditionalToolsInput" });
type AdditionalToolsInput = z.infer<typeof AdditionalToolsInput>;

/** True for an item that brings tools. */
export function isAdditionalTools(item: { type: string }): boolean {
  return item.type === "additional_tools";
}

/** The item as it is kept: without the credentials that its tools carry, which hold for their own request alone. */
export function normalizeAdditionalTools({ id, role, tools }: AdditionalToolsInput): Omit<VendorItem, "id"> & {
  id: string | null;
} {
  return { type: "additional_tools", id: id ?? null, role, tools: tools.map(normalizeTool).map(kept) };
}

function kept(tool: RequestTool): RequestTool {
  return isVendorTool(tool) ? withoutCredentials(tool) : tool;
}

/** The item without the credentials that tools in it carry. */
export function withoutItemCredentials<I extends { type: string; tools?: unknown }>(item: I): I {
  return isAdditionalTools(item) ? { ...item, tools: toolsTold(item).map(kept) } : item;
}

/** The tools of an item that brings some; none of any other, nor what an item holds that is no tool. */
export function toolsTold(item: { type: string; tools?: unknown }): RequestTool[] {
  if (!isAdditionalTools(item) || !Array.isArray(item.tools)) return [];
  return item.tools.flatMap((tool) => {
    const { data } = ToolInput.safeParse(tool);
    return data ? [normalizeTool(data)] : [];
  });
}
