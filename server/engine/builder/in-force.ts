import type { InForce } from "#server/protocol/in-force";
import type { ResponseResource } from "#server/protocol/response";
import { isVendorTool, type VendorTool, withoutCredentials } from "#server/protocol/vendor-tools";

/** The response with what its vendor says is in force. */
export function withSettings(response: ResponseResource, settings: InForce): ResponseResource {
  const { modelId, reasoning, verbosity, vendorTools, ...rest } = settings;
  return {
    ...response,
    ...rest,
    ...(modelId === undefined ? {} : { model: namedLike(response.model, modelId) }),
    reasoning: { ...response.reasoning, ...reasoning },
    text: verbosity === undefined ? response.text : { ...response.text, verbosity },
    tools: vendorTools === undefined ? response.tools : withVendorTools(response.tools, vendorTools),
  };
}

/** A model of the same connection: callers know models as `connection/model`. */
function namedLike(name: string, modelId: string): string {
  const slash = name.indexOf("/");
  return slash < 0 ? modelId : `${name.slice(0, slash)}/${modelId}`;
}

/** The vendor's own tools as it shows them, each in the place of the request's. */
function withVendorTools(tools: ResponseResource["tools"], shown: readonly VendorTool[]): ResponseResource["tools"] {
  let next = 0;
  return tools.map((tool) => {
    if (!isVendorTool(tool)) return tool;
    const known = shown[next];
    if (known?.type !== tool.type) return tool;
    next += 1;
    return withoutCredentials(known);
  });
}
