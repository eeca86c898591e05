import type { Item } from "#server/protocol/items";
import { isVendorItem, type VendorItem } from "#server/protocol/vendor-items";

/** How an item hangs together with others: a call, or what answers it. The key is the same for both. */
export interface CallLink {
  role: "call" | "output";
  key: string;
}

function fieldOf(item: VendorItem, name: string): string | null {
  const value: unknown = Object.entries(item).find(([key]) => key === name)?.[1];
  return typeof value === "string" ? value : null;
}

function vendorLinkOf(item: VendorItem): CallLink | null {
  if (item.type === "mcp_approval_request") return { role: "call", key: item.id };
  const approved = item.type === "mcp_approval_response" ? fieldOf(item, "approval_request_id") : null;
  if (approved !== null) return { role: "output", key: approved };
  const callId = fieldOf(item, "call_id");
  if (callId === null) return null;
  return { role: item.type.endsWith("_output") ? "output" : "call", key: callId };
}

/** The item's link; null for one that stands by itself. */
export function callLinkOf(item: Item): CallLink | null {
  if (isVendorItem(item)) return vendorLinkOf(item);
  switch (item.type) {
    case "function_call":
    case "custom_tool_call":
      return { role: "call", key: item.call_id };
    case "function_call_output":
    case "custom_tool_call_output":
      return { role: "output", key: item.call_id };
    default:
      return null;
  }
}
