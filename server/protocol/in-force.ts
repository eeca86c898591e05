import type { ResponseResource } from "#server/protocol/response";
import type { VendorTool } from "#server/protocol/vendor-tools";

/** What a vendor that speaks the Responses API says is in force. Only it knows its defaults. */
export type InForce = Partial<
  Pick<
    ResponseResource,
    | "temperature"
    | "top_p"
    | "presence_penalty"
    | "frequency_penalty"
    | "top_logprobs"
    | "service_tier"
    | "prompt_cache_retention"
    | "prompt_cache_options"
    | "moderation"
    | "user"
    | "billing"
  >
> & {
  /** The model that really answers. */
  modelId?: string;
  reasoning?: Partial<ResponseResource["reasoning"]>;
  verbosity?: ResponseResource["text"]["verbosity"];
  /** The vendor's own tools with its defaults, in the order in which they were given to it. */
  vendorTools?: VendorTool[];
};
