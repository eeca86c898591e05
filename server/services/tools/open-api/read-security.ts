import { isRecord, record, text } from "#server/protocol/json-values";
import type { OpenApiDocument } from "#server/services/tools/open-api/read-document";

/** A secret that a described API asks for, and where it is sent. */
export interface AskedSecret {
  /** Its name in the document. */
  scheme: string;
  in: "header" | "query";
  /** Of the header or the query parameter. */
  name: string;
  /** What stands before the secret in the value: `Bearer `. */
  prefix: string;
  description: string | null;
}

/** The secrets that a document's security schemes ask for, as far as they can be kept. */
export function readSecurity({ root }: OpenApiDocument): AskedSecret[] {
  const schemes = Object.entries(record(record(root.components).securitySchemes));
  return schemes.flatMap(([scheme, fields]): AskedSecret[] => {
    if (!isRecord(fields)) return [];
    const description = text(fields.description).slice(0, 500) || null;
    const authorization = (prefix: string): AskedSecret[] => [
      { scheme, in: "header", name: "authorization", prefix, description },
    ];
    if (fields.type === "apiKey" && (fields.in === "header" || fields.in === "query")) {
      return [{ scheme, in: fields.in, name: text(fields.name), prefix: "", description }];
    }
    if (fields.type === "http") return authorization(/^basic$/i.test(text(fields.scheme)) ? "Basic " : "Bearer ");
    return fields.type === "oauth2" || fields.type === "openIdConnect" ? authorization("Bearer ") : [];
  });
}
