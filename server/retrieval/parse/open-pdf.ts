import { getDocumentProxy } from "unpdf";
import { DocumentRefused, passwordRefusal } from "#server/retrieval/parse/document";

/** An image in a PDF of more pixels than this is left out. */
const MAX_IMAGE_PIXELS = 50_000_000;

/** Opens a PDF; whoever opens it destroys its `loadingTask`. Throws DocumentRefused encrypted, corrupt. */
export async function openPdf(
  bytes: Uint8Array,
  options: Parameters<typeof getDocumentProxy>[1] = {},
): ReturnType<typeof getDocumentProxy> {
  try {
    // pdf.js takes the buffer over, so it gets a copy.
    return await getDocumentProxy(bytes.slice(), { verbosity: 0, maxImageSize: MAX_IMAGE_PIXELS, ...options });
  } catch (error) {
    if (error instanceof Error && error.name === "PasswordException") throw passwordRefusal("The PDF");
    throw new DocumentRefused("corrupt", "The PDF is damaged and cannot be read.", { cause: error });
  }
}
