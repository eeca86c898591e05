"use client";
import { ImageIcon } from "lucide-react";
import Image from "next/image";
import { ImageCallMade } from "#server/protocol/image-tools";
import { text } from "#server/protocol/json-values";
import type { VendorItem } from "#server/protocol/vendor-items";
import { CallState } from "./call-state";
import { Fold } from "./fold-view";

const ENDINGS: Record<string, string> = { png: "png", webp: "webp", jpeg: "jpg" };

/** The pixels that an item says it has; where it says none, those of most images. */
function sizeOf(item: VendorItem): { width: number; height: number } {
  const [, width, height] = /^(\d+)x(\d+)$/.exec("size" in item ? String(item.size) : "") ?? [];
  return { width: Number(width ?? 1024), height: Number(height ?? 1024) };
}

/** An image that was drawn: the picture, what it was drawn from, and the way to keep it. */
export function ImageView({ item, durationMs }: { item: VendorItem; durationMs?: number | undefined }) {
  const { data: image } = ImageCallMade.safeParse(item);
  const format = ENDINGS[image?.output_format ?? "png"] ?? "png";
  const url = image?.result ? `data:image/${image.output_format ?? "png"};base64,${image.result}` : null;
  const isDone = item.status === "completed" || item.status === "failed";
  return (
    <Fold
      icon={ImageIcon}
      startOpen
      title={url ? "Drew an image" : item.status === "failed" ? "Could not draw an image" : "Draws an image"}
      aside={<CallState status={isDone ? text(item.status) : "in_progress"} durationMs={durationMs} />}
    >
      {url ? (
        <figure className="flex flex-col gap-2 p-3">
          <Image
            unoptimized
            src={url}
            alt={image?.revised_prompt ?? "The image that was drawn"}
            {...sizeOf(item)}
            className="h-auto max-h-128 w-auto max-w-full self-start rounded-md border"
          />
          <figcaption className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-ink-2 text-sm">
            <span className="min-w-0 [overflow-wrap:anywhere]">{image?.revised_prompt}</span>
            <a href={url} download={`${item.id}.${format}`} className="underline underline-offset-2">
              Download
            </a>
          </figcaption>
        </figure>
      ) : (
        <p className="px-3 py-2 text-ink-2">{isDone ? "No image came of it." : "The image comes when it is whole."}</p>
      )}
    </Fold>
  );
}
