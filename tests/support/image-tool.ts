import { AppError } from "#server/errors";
import { createImageGenerationTool } from "#server/tools/image-generation/image-generation";
import type { Tool } from "#server/tools/tool";

const IMAGE = { base64: "QQ==", size: "1024x1024", quality: "low", background: "opaque", outputFormat: "png" };

/** An image generation that draws all but nothing: the same image each time, with one picture of it on its way. */
export function imageTool(): Tool {
  const tool = createImageGenerationTool({
    action: "auto",
    images: [],
    remember: ({ label }) => ({ label, itemId: null }),
    draw: async ({ prompt }, { onPartial }) => {
      if (prompt === "nothing") throw new AppError("provider_error", "The provider drew nothing.");
      onPartial({ ...IMAGE, base64: "UA==" });
      return { ...IMAGE, revisedPrompt: null, fileId: null };
    },
  });
  return tool as Tool;
}
