const MARKER_LIKE = /【(?=\d+】)/g;

/** A text in which nothing looks like a citation marker, so that no document can forge one. */
export function softenMarkers(text: string): string {
  return text.replaceAll(MARKER_LIKE, "[");
}
