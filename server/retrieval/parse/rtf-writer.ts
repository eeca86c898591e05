import { normaliseInline } from "#server/retrieval/parse/normalise";
import { TableWriter } from "#server/retrieval/parse/table-writer";
import type { TextBuilder } from "#server/retrieval/parse/text-builder";

/** Groups that hold no text of the document, beside all that begin with `\*`. */
const SKIPPED = new Set(
  (
    "fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf " +
    "listtable listoverridetable revtbl rsidtbl filetbl xmlnstbl themedata colorschememapping latentstyles datastore " +
    "nonshppict fldinst bkmkstart bkmkend annotation atnid atnauthor generator"
  ).split(" "),
);

const LETTERS: Record<string, string> = {
  tab: "\t",
  line: "\n",
  lquote: "‘",
  rquote: "’",
  ldblquote: "“",
  rdblquote: "”",
  bullet: "•",
  endash: "–",
  emdash: "—",
  emspace: " ",
  enspace: " ",
};

/** Code pages whose label is not `windows-<number>`. */
const CODE_PAGES: Record<number, string> = {
  437: "latin1",
  850: "latin1",
  866: "ibm866",
  932: "shift_jis",
  936: "gb18030",
  949: "euc-kr",
  950: "big5",
  10000: "macintosh",
  65001: "utf-8",
};
/** The code page of a font's character set. */
const CHARACTER_SETS: Record<number, number> = {
  ...{ 77: 10000, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256 },
  ...{ 186: 1257, 204: 1251, 222: 874, 238: 1250 },
};

interface Group {
  skipped: boolean;
  /** The group that the text of a destination is collected for. */
  destination: "fonts" | "styles" | null;
  /** Characters that stand in for a Unicode letter, to be passed over. */
  standIns: number;
  font: number;
}

/** Turns the control words of Rich Text into paragraphs, headings and table rows. */
export class RtfWriter {
  readonly #builder: TextBuilder;
  readonly #groups: Group[] = [];
  #group: Group = { skipped: false, destination: null, standIns: 1, font: -1 };
  #codePage = 1252;
  readonly #fontPages = new Map<number, number>();
  readonly #headingStyles = new Map<number, number>();
  #style = 0;
  #styleName = "";
  #level: number | null = null;
  #bytes: number[] = [];
  #paragraph: string[] = [];
  #passOver = 0;
  #starred = false;
  #inTable = false;
  #row: string[] = [];
  #table: TableWriter | null = null;

  constructor(builder: TextBuilder) {
    this.#builder = builder;
  }

  get depth(): number {
    return this.#groups.length;
  }

  openGroup(): void {
    this.#decodeBytes();
    this.#groups.push(this.#group);
    this.#group = { ...this.#group };
    this.#starred = false;
  }

  closeGroup(): void {
    this.#decodeBytes();
    const closed = this.#group;
    this.#group = this.#groups.pop() ?? closed;
    this.#passOver = 0;
    if (closed.destination === "styles" && this.#styleName !== "") this.#endStyle();
  }

  control(word: string, number: number | null): void {
    this.#decodeBytes();
    const starred = this.#starred;
    this.#starred = false;
    if (word === "fonttbl") this.#group.destination = "fonts";
    else if (word === "stylesheet") this.#group.destination = "styles";
    if (starred || SKIPPED.has(word)) this.#group.skipped = true;
    this.#settings(word, number ?? 0);
    if (this.#group.skipped) return;
    if (word === "par" || word === "sect" || word === "page") this.#endParagraph();
    else if (word === "pard") [this.#level, this.#inTable] = [null, false];
    else if (word === "intbl") this.#inTable = true;
    else if (word === "cell") this.#endCell();
    else if (word === "row") this.#endRow();
    else if (word === "u") this.#unicode(number ?? 0);
    else if (LETTERS[word] !== undefined) this.#write(LETTERS[word]);
  }

  byte(value: number): void {
    this.#starred = false;
    if (this.#passOver > 0) this.#passOver--;
    else this.#bytes.push(value);
  }

  sign(sign: string): void {
    if (sign === "*") this.#starred = true;
    else if (sign === "~") this.text(" ");
    else if (sign === "_") this.text("-");
    else if ("\\{}".includes(sign)) this.text(sign);
    else if (sign === "\n" || sign === "\r") this.control("par", null);
  }

  text(text: string): void {
    this.#starred = false;
    this.#decodeBytes();
    const shown = text.slice(this.#passOver);
    this.#passOver = Math.max(0, this.#passOver - text.length);
    if (this.#group.destination === "styles") this.#styleName += shown;
    // Bytes above ASCII that are not escaped are of the same code page.
    else if (/[\x80-\xff]/.test(shown)) for (const byte of Buffer.from(shown, "latin1")) this.#bytes.push(byte);
    else this.#write(shown);
  }

  end(): void {
    this.#decodeBytes();
    this.#inTable = false;
    this.#endParagraph();
    this.#endTable();
  }

  #settings(word: string, number: number): void {
    if (word === "ansicpg") this.#codePage = number;
    else if (word === "mac") this.#codePage = 10000;
    else if (word === "uc") this.#group.standIns = Math.min(Math.max(number, 0), 8);
    else if (word === "f") this.#group.font = number;
    else if (word === "fcharset" && this.#group.destination === "fonts") {
      const page = CHARACTER_SETS[number];
      if (page !== undefined) this.#fontPages.set(this.#group.font, page);
    } else if (word === "s") this.#setStyle(number);
    else if (word === "outlinelevel" && number >= 0 && number < 9) this.#setLevel(number + 1);
  }

  #setLevel(level: number): void {
    if (this.#group.destination === "styles") this.#headingStyles.set(this.#style, level);
    else this.#level = level;
  }

  #setStyle(number: number): void {
    this.#style = number;
    if (this.#group.destination !== "styles") this.#level = this.#headingStyles.get(number) ?? this.#level;
  }

  #endStyle(): void {
    const level = /^\s*heading (\d)/i.exec(this.#styleName)?.[1];
    if (level !== undefined) this.#headingStyles.set(this.#style, Number(level));
    this.#styleName = "";
    this.#style = 0;
  }

  #unicode(number: number): void {
    this.#write(String.fromCharCode(number < 0 ? number + 0x1_0000 : number));
    this.#passOver = this.#group.standIns;
  }

  #decodeBytes(): void {
    if (this.#bytes.length === 0) return;
    const bytes = Uint8Array.from(this.#bytes.splice(0));
    const page = this.#fontPages.get(this.#group.font) ?? this.#codePage;
    this.#write(decoderFor(page).decode(bytes));
  }

  #write(text: string): void {
    if (!this.#group.skipped && this.#group.destination === null) this.#paragraph.push(text);
  }

  #takeText(): string {
    const lines = this.#paragraph.splice(0).join("").split("\n");
    return lines.map(normaliseInline).filter(Boolean).join("\n");
  }

  #endParagraph(): void {
    if (this.#inTable) {
      this.#paragraph.push(" ");
      return;
    }
    const text = this.#takeText();
    if (text === "") return;
    this.#endTable();
    const level = this.#level;
    const title = text.replaceAll("\n", " ");
    if (level !== null) this.#builder.heading({ level, title });
    else this.#builder.block(text);
  }

  #endCell(): void {
    this.#row.push(this.#takeText());
  }

  #endRow(): void {
    this.#table ??= new TableWriter(this.#builder);
    this.#table.add(this.#row.splice(0));
    this.#inTable = false;
  }

  #endTable(): void {
    this.#table?.end();
    this.#table = null;
  }
}

const decoders = new Map<number, TextDecoder>();

function decoderFor(page: number): TextDecoder {
  const known = decoders.get(page);
  if (known !== undefined) return known;
  const label = CODE_PAGES[page] ?? `windows-${page}`;
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(label);
  } catch {
    decoder = new TextDecoder("windows-1252");
  }
  decoders.set(page, decoder);
  return decoder;
}
