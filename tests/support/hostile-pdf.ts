import { deflateSync } from "node:zlib";

/** A PDF of these objects, numbered from 1, with a cross-reference table that is right. */
function writePdf(objects: readonly (string | Buffer)[]): Uint8Array {
  const parts = [Buffer.from("%PDF-1.4\n")];
  const places: number[] = [];
  let length = 9;
  for (const [index, object] of objects.entries()) {
    places.push(length);
    const part = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(object), Buffer.from("\nendobj\n")]);
    parts.push(part);
    length += part.length;
  }
  const table = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  parts.push(
    Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`),
    Buffer.from(`trailer<</Root 1 0 R/Size ${objects.length + 1}>>\nstartxref\n${length}\n%%EOF`),
  );
  return new Uint8Array(Buffer.concat(parts));
}

function stream(dictionary: string, data: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`<<${dictionary}/Length ${data.length}>>stream\n`),
    data,
    Buffer.from("\nendstream"),
  ]);
}

const FONT = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>";
const HELLO = Buffer.from("BT /F 12 Tf 10 10 Td (Hello, is there anybody?) Tj ET ");

function onePage(content: Buffer, forms: { first?: string; objects: Buffer[] } = { objects: [] }): Uint8Array {
  return writePdf([
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>${forms.first ?? ""}>>>>`,
    stream("/Filter/FlateDecode", deflateSync(content, { level: 9 })),
    FONT,
    ...forms.objects,
  ]);
}

function form(inner: string, content: Buffer): Buffer {
  return stream(`/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<${inner}/Font<</F 5 0 R>>>>`, content);
}

/** A page whose instructions unpack to so many bytes, a thousand times its size. */
export function inflatingPdf(bytes: number): Uint8Array {
  return onePage(Buffer.alloc(bytes, 0x20));
}

/** A page that draws a form ten times, which draws another ten times, and so on. */
export function exponentialPdf(levels: number): Uint8Array {
  const objects = Array.from({ length: levels }, (_, level) =>
    level === levels - 1 ? form("", HELLO) : form(`/XObject<</X ${7 + level} 0 R>>`, Buffer.from("/X Do ".repeat(10))),
  );
  return onePage(Buffer.from("/X Do"), { first: "/XObject<</X 6 0 R>>", objects });
}

/** A form that draws itself. */
export function selfDrawingPdf(): Uint8Array {
  const itself = form("/XObject<</X 6 0 R>>", Buffer.concat([HELLO, Buffer.from("/X Do /X Do")]));
  return onePage(Buffer.concat([HELLO, Buffer.from("/X Do")]), { first: "/XObject<</X 6 0 R>>", objects: [itself] });
}

/** A page tree that holds itself. */
export function loopingPdf(): Uint8Array {
  return writePdf(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000>>"]);
}

/** One page, listed so many times. */
export function repeatingPdf(pages: number): Uint8Array {
  return writePdf([
    "<</Type/Catalog/Pages 2 0 R>>",
    `<</Type/Pages/Kids[${"3 0 R ".repeat(pages)}]/Count ${pages}>>`,
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
    stream("", HELLO),
    FONT,
  ]);
}

/** A page that names scripts wherever a PDF may: at opening, on the page, in a link and in a form's field. */
export function scriptedPdf(script: string, elsewhere: string): Uint8Array {
  const run = `<</S/JavaScript/JS(${script})>>`;
  return writePdf([
    `<</Type/Catalog/Pages 2 0 R/OpenAction ${run}/AA<</WC ${run}>>/AcroForm<</Fields[7 0 R]>>>>`,
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>/Annots[6 0 R 7 0 R 8 0 R]/AA<</O ${run}>>>>`,
    stream("", HELLO),
    FONT,
    `<</Type/Annot/Subtype/Link/Rect[0 0 600 400]/A<</S/URI/URI(javascript:${script})>>>>`,
    `<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(x)/Rect[0 400 600 600]/AA<</K ${run}/C ${run}>>>>`,
    `<</Type/Annot/Subtype/Link/Rect[0 600 600 800]/A<</S/URI/URI(${elsewhere})>>>>`,
  ]);
}
