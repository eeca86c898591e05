import { z } from "zod";

const FilterValue = z.union([z.string(), z.number(), z.boolean()]);

/** One attribute against one value: OpenAI's comparison filter. */
export const ComparisonFilter = z.strictObject({
  type: z.enum(["eq", "ne", "gt", "gte", "lt", "lte"]),
  key: z.string().min(1).max(64),
  value: FilterValue,
});

/** One attribute against a list of values. */
export const MembershipFilter = z.strictObject({
  type: z.enum(["in", "nin"]),
  key: z.string().min(1).max(64),
  value: z.array(z.union([z.string(), z.number()])).max(1000),
});

export type ComparisonFilter = z.infer<typeof ComparisonFilter>;
export type MembershipFilter = z.infer<typeof MembershipFilter>;

export interface CompoundFilter {
  type: "and" | "or";
  filters: AttributeFilter[];
}

/** A condition on the attributes of a vector store's file, nested to any depth the request body allows. */
export type AttributeFilter = ComparisonFilter | MembershipFilter | CompoundFilter;

export const CompoundFilter: z.ZodType<CompoundFilter> = z.strictObject({
  type: z.enum(["and", "or"]),
  get filters() {
    return z.array(AttributeFilter).min(1).max(100);
  },
});

export const AttributeFilter: z.ZodType<AttributeFilter> = z.union([
  ComparisonFilter,
  MembershipFilter,
  z.lazy(() => CompoundFilter),
]);
