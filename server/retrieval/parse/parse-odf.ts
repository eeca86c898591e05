import { DocumentRefused, type ParsedText, passwordRefusal } from "#server/retrieval/parse/document";
import { OdfReader } from "#server/retrieval/parse/odf-reader";
import { readXml } from "#server/retrieval/parse/read-xml";
import { ZipParts } from "#server/retrieval/parse/read-zip";
import { TextBuilder } from "#server/retrieval/parse/text-builder";

/**
 * Reads an OpenDocument text, presentation or spreadsheet whose zip has been checked. Every slide is a page, every sheet
 * stands under its name.
 */
export async function parseOdf(bytes: Uint8Array): Promise<ParsedText> {
  const parts = await ZipParts.open(bytes);
  await refuseLocked(parts);
  const builder = new TextBuilder();
  const whole = readXml(await parts.required("content.xml"), new OdfReader(builder));
  if (!whole) throw new DocumentRefused("corrupt", "The OpenDocument file is damaged: its text breaks off.");
  return builder.result();
}

/** Throws DocumentRefused `encrypted` for an OpenDocument file under a password: its parts are, its zip is not. */
async function refuseLocked(parts: ZipParts): Promise<void> {
  const manifest = await parts.text("META-INF/manifest.xml");
  if (manifest?.includes("encryption-data")) throw passwordRefusal("The file");
}
