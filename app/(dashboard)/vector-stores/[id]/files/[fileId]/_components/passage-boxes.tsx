/** A place on a page, as shares of its width and height from the upper left corner. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A run of text on a page of a PDF as pdf.js tells it; `transform` is a matrix whose last two are where it begins. */
export interface PlacedText {
  str: string;
  transform: readonly number[];
  width: number;
  height: number;
}

/** How a PDF's own coordinates lie on the page as it is shown. */
export interface PageView {
  width: number;
  height: number;
  convertToViewportPoint: (x: number, y: number) => number[];
}

/** Letters that follow each other in the passage as on the page: fewer may be chance. */
const leastRun = 12;
/** A page of more runs than this is left unmarked. */
const mostTexts = 20_000;
/** How far letters reach below their line, as a share of their height. */
const descent = 0.2;

function lettersOf(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "");
}

/**
 * Where a passage stands on its page. Reading puts columns and tables into an order of its own, so runs of text are
 * looked for in the passage, not the passage in the page; runs that are only partly of it stay unmarked.
 */
export function boxesOfPassage(texts: readonly PlacedText[], passage: string, view: PageView): Box[] {
  const wanted = lettersOf(passage);
  if (texts.length > mostTexts || wanted === "") return [];
  const letters = texts.map((text) => lettersOf(text.str));
  const least = Math.min(leastRun, wanted.length);
  const boxes: Box[] = [];
  for (let start = 0; start < texts.length; ) {
    let run = "";
    let end = start;
    while (end < texts.length && wanted.includes(run + letters[end])) run += letters[end++];
    if (run.length >= least) {
      for (const [at, text] of texts.slice(start, end).entries()) {
        if (letters[start + at] !== "") boxes.push(boxOf(text, view));
      }
    }
    start = Math.max(end, start + 1);
  }
  return boxes;
}

function boxOf({ transform, width, height }: PlacedText, view: PageView): Box {
  const [, , , , x = 0, y = 0] = transform;
  const [x1 = 0, y1 = 0] = view.convertToViewportPoint(x, y - height * descent);
  const [x2 = 0, y2 = 0] = view.convertToViewportPoint(x + width, y + height);
  return {
    left: Math.min(x1, x2) / view.width,
    top: Math.min(y1, y2) / view.height,
    width: Math.abs(x2 - x1) / view.width,
    height: Math.abs(y2 - y1) / view.height,
  };
}
