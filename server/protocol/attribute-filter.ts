import { z } from "zod";

/** Compound filters may hold compound filters this deep. */
const MAX_DEPTH = 16;

const FilterKey = z.string().min(1).max(64);

/** One attribute against one value: OpenAI's comparison filter. */
const ComparisonFilter = z
  .strictObject({
    type: z.enum(["eq", "ne", "gt", "gte", "lt", "lte"]),
    key: FilterKey,
    value: z.union([z.string(), z.number(), z.boolean()]),
  })
  .meta({ id: "ComparisonFilter" });

/** One attribute against a list of values. */
const MembershipFilter = z
  .strictObject({
    type: z.enum(["in", "nin"]),
    key: FilterKey,
    value: z.array(z.union([z.string(), z.number()])).max(1000),
  })
  .meta({ id: "MembershipFilter" });

export type ComparisonFilter = z.infer<typeof ComparisonFilter>;
export type MembershipFilter = z.infer<typeof MembershipFilter>;

export interface CompoundFilter {
  type: "and" | "or";
  filters: AttributeFilter[];
}

/** A condition on the attributes of a vector store's file. */
export type AttributeFilter = ComparisonFilter | MembershipFilter | CompoundFilter;

const CompoundFilter = z
  .strictObject({
    type: z.enum(["and", "or"]),
    get filters(): z.ZodArray<z.ZodType<AttributeFilter>> {
      return z.array(FilterNode).min(1).max(100);
    },
  })
  .meta({ id: "CompoundFilter" });

const FilterNode: z.ZodType<AttributeFilter> = z.lazy(() =>
  z.discriminatedUnion("type", [ComparisonFilter, MembershipFilter, CompoundFilter]),
);

/** Measures without recursion, since what it guards against is too deep for one. */
function depthOf(filter: unknown): number {
  let level: unknown[] = [filter];
  let depth = 0;
  while (level.length > 0 && depth <= MAX_DEPTH) {
    depth++;
    level = level.flatMap((node) =>
      typeof node === "object" && node !== null && "filters" in node && Array.isArray(node.filters) ? node.filters : [],
    );
  }
  return depth;
}

/** Reads a filter of a request; one that nests deeper than 16 is refused. */
export const AttributeFilter: z.ZodType<AttributeFilter> = z.preprocess((value, context) => {
  if (depthOf(value) <= MAX_DEPTH) return value;
  context.addIssue({ code: "custom", message: `filters may nest at most ${MAX_DEPTH} deep`, input: value });
  return z.NEVER;
}, FilterNode);
