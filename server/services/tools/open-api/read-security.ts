import { isRecord, type Json, list, record, text } from "#server/protocol/json-values";
import type { OpenApiDocument } from "#server/services/tools/open-api/read-document";

/** A secret that a described API asks for, and where it is sent. */
export interface AskedSecret {
  /** Its name in the document. */
  scheme: string;
  in: "header" | "query";
  /** Of the header or the query parameter; a cookie is in the header `cookie`. */
  name: string;
  /** What stands before the secret in the value: `Bearer `, or a cookie's name and `=`. */
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
    if (fields.type === "apiKey" && fields.in === "cookie") {
      return [{ scheme, in: "header", name: "cookie", prefix: `${text(fields.name)}=`, description }];
    }
    if (fields.type === "http") return authorization(/^basic$/i.test(text(fields.scheme)) ? "Basic " : "Bearer ");
    return fields.type === "oauth2" || fields.type === "openIdConnect" ? authorization("Bearer ") : [];
  });
}

/** Names of the schemes that an operation takes, in whatever combination: its own `security`, else the document's. */
export function schemesOf(operation: Json, { root }: OpenApiDocument): string[] {
  const asked = list(operation.security ?? root.security);
  return [...new Set(asked.flatMap((alternative) => Object.keys(record(alternative))))];
}
