/**
 * What becomes of a request field. `passed on`: to providers that have it. `no effect`: taken, and at most shown again.
 */
export type Treatment = "acted on" | "passed on" | "no effect" | "refused";

export interface Field {
  treatment: Treatment;
  /** One sentence or a few, in Markdown, for the table's last column. */
  note: string;
  /** A value to send: for every treatment but `acted on`, which other tests are about. */
  sample?: unknown;
  /** What must stand beside it. */
  beside?: Record<string, unknown>;
}

/** The fields of one request body. Those of an object in it are named `reasoning.effort`, or not at all. */
export interface EndpointFields {
  /** As the route table writes it. */
  route: string;
  fields: Record<string, Field>;
}

/** The server does what the field says. */
export const acts = (note: string): Field => ({ treatment: "acted on", note });

/** A provider that has the field is given it. */
export const passes = (sample: unknown, note: string, beside?: Record<string, unknown>): Field => ({
  treatment: "passed on",
  note,
  sample,
  ...(beside ? { beside } : {}),
});

/** The field changes nothing, for the reason that `note` gives. */
export const idles = (sample: unknown, note: string): Field => ({ treatment: "no effect", note, sample });

/** 400, naming the field. */
export const refuses = (sample: unknown, note: string): Field => ({ treatment: "refused", note, sample });

function cellOf(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** The fields as a Markdown table; neighbours of which the same is to be said share a row. */
export function fieldTable({ fields }: EndpointFields): string {
  const rows: { names: string[]; field: Field }[] = [];
  for (const [name, field] of Object.entries(fields)) {
    const last = rows.at(-1);
    const same = last?.field.treatment === field.treatment && last.field.note === field.note;
    if (last && same) last.names.push(name);
    else rows.push({ names: [name], field });
  }
  const lines = rows.map(({ names, field }) => {
    const named = names.map((name) => `\`${name}\``).join(", ");
    return `| ${named} | ${field.treatment} | ${cellOf(field.note)} |`;
  });
  return ["| field | | |", "|---|---|---|", ...lines].join("\n");
}

const MARKED = /(<!-- fields of (.+?) -->\n)[\s\S]*?(<!-- end of fields -->)/g;

/**
 * The document with the table of each endpoint between its markers, `<!-- fields of POST /v1/… -->` and
 * `<!-- end of fields -->`. Throws an Error for a marker without an endpoint, and for an endpoint without a marker.
 */
export function withFieldTables(document: string, endpoints: readonly EndpointFields[]): string {
  const left = new Set(endpoints);
  const written = document.replaceAll(MARKED, (_match, ...groups: string[]) => {
    const [open = "", route = "", close = ""] = groups;
    const endpoint = endpoints.find((each) => each.route === route);
    if (!endpoint) throw new Error(`No fields are known of ${route}.`);
    left.delete(endpoint);
    return `${open}${fieldTable(endpoint)}\n${close}`;
  });
  const [missing] = left;
  if (missing) throw new Error(`The document has no place for the fields of ${missing.route}.`);
  return written;
}
