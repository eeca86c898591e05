import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** What is noted of a model that has been fetched, beside its files. */
const Manifest = z.object({
  /** Of its repository: the weights never change under a store that was made with them. */
  commit: z.string(),
  dtype: z.enum(["q8", "fp32"]),
  /** How the vectors of a text's tokens become one. */
  pooling: z.enum(["mean", "cls", "last_token"]),
});
export type Manifest = z.infer<typeof Manifest>;
export type Pooling = Manifest["pooling"];

/** Where a model's manifest is. */
export function manifestPath(folder: string): string {
  return join(folder, "rejoinder.json");
}

/** The manifest of the model in `folder`; null when there is no whole model. */
export async function readManifest(folder: string): Promise<Manifest | null> {
  try {
    return Manifest.parse(JSON.parse(await readFile(manifestPath(folder), "utf8")));
  } catch {
    return null;
  }
}
