import type { AttributeFilter, ComparisonFilter, MembershipFilter } from "#server/protocol/attribute-filter";

/** Collects the values of a statement and hands out their places. */
export interface SqlValues {
  add(value: unknown): string;
}

/**
 * The condition of a filter over a jsonb column `attributes`, values passed as parameters. An attribute that is absent
 * or of another type equals nothing and is neither greater nor less; so `ne` and `nin` hold for it.
 */
export function attributeFilterSql(filter: AttributeFilter, column: string, values: SqlValues): string {
  if ("filters" in filter) {
    const parts = filter.filters.map((part) => attributeFilterSql(part, column, values));
    return `(${parts.join(filter.type === "and" ? " AND " : " OR ")})`;
  }
  const attribute = `(${column} -> ${values.add(filter.key)}::text)`;
  return isMembership(filter) ? membershipSql(filter, attribute, values) : comparisonSql(filter, attribute, values);
}

function isMembership(filter: ComparisonFilter | MembershipFilter): filter is MembershipFilter {
  return filter.type === "in" || filter.type === "nin";
}

function membershipSql(filter: MembershipFilter, attribute: string, values: SqlValues): string {
  const list = `${values.add(JSON.stringify(filter.value))}::jsonb`;
  const found = `coalesce(${list} @> ${attribute}, false)`;
  return filter.type === "in" ? found : `NOT ${found}`;
}

const OPERATORS = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

function comparisonSql(filter: ComparisonFilter, attribute: string, values: SqlValues): string {
  const { type, value } = filter;
  if (type === "eq" || type === "ne") {
    const same = `coalesce(${attribute} = ${values.add(JSON.stringify(value))}::jsonb, false)`;
    return type === "eq" ? same : `NOT ${same}`;
  }
  const text = `(${attribute} #>> '{}')`;
  if (typeof value === "number") {
    const compared = `${text}::numeric ${OPERATORS[type]} ${values.add(value)}::numeric`;
    return `(CASE WHEN jsonb_typeof(${attribute}) = 'number' THEN ${compared} ELSE false END)`;
  }
  const compared = `${text} COLLATE "C" ${OPERATORS[type]} ${values.add(String(value))}::text COLLATE "C"`;
  return `(CASE WHEN jsonb_typeof(${attribute}) = '${typeof value}' THEN ${compared} ELSE false END)`;
}
