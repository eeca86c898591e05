import { toolsTold } from "#server/protocol/additional-tools";
import { toolsInNamespace, type VendorTool } from "#server/protocol/vendor-tools";
import type { ModelRequest } from "#server/providers/provider";

/**
 * Names of a request's tools that are in a namespace. Which one a call means, some servers say only once it is whole.
 */
export function namespacedNames({ input, vendorTools }: ModelRequest): ReadonlySet<string> {
  const told = input.flatMap((entry) => (entry.type === "vendor_item" ? toolsTold(entry.item) : []));
  const spaces = [...(vendorTools?.tools ?? []), ...told].filter(
    (tool): tool is VendorTool => tool.type === "namespace",
  );
  return new Set(spaces.flatMap((tool) => toolsInNamespace(tool).map(({ name }) => name)));
}
