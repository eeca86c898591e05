import { describe, expect, it } from "vitest";
import { decodeText, isText } from "#server/retrieval/parse/decode-text";

const decode = (base64: string) => decodeText(Buffer.from(base64, "base64"));

describe("decodeText", () => {
  // Made with iconv: Node's own encoders know UTF-8, UTF-16 and Latin-1.
  it.each([
    ["Shift_JIS", "吾輩は猫である。名前はまだ無い。", "jOGUeYLNlEyCxYKggumBQpa8kU+CzYLcgr6Ws4KigUI="],
    ["EUC-JP", "吾輩は猫である。名前はまだ無い。", "uOPH2qTPx62kx6SipOuho8y+wbCkz6TepMDMtaSkoaM="],
    [
      "GB18030",
      "我们在这里讨论检索系统的设计，以及如何把文件切成段落。",
      "ztLDx9Ta1eLA78zWwtu87Mv3z7XNs7XEyei8xqOs0tS8sMjnus6w0c7EvP7H0LPJts7C5KGj",
    ],
    [
      "Big5",
      "我們在這裡討論檢索系統的設計，以及如何把文件切成段落。",
      "p9qtzKZis2+4zLBRvdfAy6/BqHSyzqq6s12tcKFBpUikzqZwpvOn4qTlpfOkwaaorHG4qKFD",
    ],
    [
      "EUC-KR",
      "한국어 문서를 읽고 검색할 수 있어야 합니다.",
      "x9Gxub7uILmuvK24piDA0LDtILDLu/bH0iC89iDA1r7uvt8gx9W0z7TZLg==",
    ],
    [
      "windows-1251",
      "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему. Все смешалось в доме Облонских.",
      "wvHlIPH34PHy6+ji++Ug8eXs/Ogg7+717uboIOTw8+Mg7eAg5PDz4+AsIOrg5uTg/yDt5fH34PHy6+ji4P8g8eXs/P8g7eXx9+Dx8uvo4uAg7+4t8eLu5ezzLiDC8eUg8ezl+ODr7vH8IOIg5O7s5SDO4evu7fHq6PUu",
    ],
    [
      "KOI8-R",
      "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему. Все смешалось в доме Облонских.",
      "99PFINPewdPUzMnX2cUg08XN2Mkg0M/Iz9bJIMTS1ccgzsEgxNLVx8EsIMvB1sTB0SDOxdPewdPUzMnXwdEg08XN2NEgzsXT3sHT1MzJ18Eg0M8t09fPxc3VLiD308Ug083F28HMz9PYINcgxM/NxSDvwszPztPLycgu",
    ],
    [
      "ISO-8859-2",
      "Litwo! Ojczyzno moja! ty jesteś jak zdrowie. Ile cię trzeba cenić, ten tylko się dowie, kto cię stracił.",
      "TGl0d28hIE9qY3p5em5vIG1vamEhIHR5IGplc3RltiBqYWsgemRyb3dpZS4gSWxlIGNp6iB0cnplYmEgY2VuaeYsIHRlbiB0eWxrbyBzaeogZG93aWUsIGt0byBjaeogc3RyYWNpsy4=",
    ],
    [
      "windows-1253",
      "Η Ελλάδα είναι μια χώρα της νοτιοανατολικής Ευρώπης με πρωτεύουσα την Αθήνα.",
      "xyDF6+vc5OEg5d/t4ekg7OnhIPf+8eEg9OfyIO3v9Onv4e3h9O/r6ere8iDF9fH+8OfyIOzlIPDx+fTl/e/18+Eg9OftIMHo3u3hLg==",
    ],
    [
      "windows-1254",
      "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler.",
      "Qvx0/G4gaW5zYW5sYXIgaPxyLCBoYXlzaXlldCB2ZSBoYWtsYXIgYmFr/W39bmRhbiBl/ml0IGRv8GFybGFyLiBBa/1sIHZlIHZpY2RhbmEgc2FoaXB0aXJsZXIu",
    ],
    ["ISO-2022-JP", "吾輩は猫である。名前はまだ無い。", "GyRCOGNHWiRPRy0kRyQiJGshI0w+QTAkTyReJEBMNSQkISMbKEI="],
  ])("tells %s by its letters", (_name, text, base64) => {
    expect(isText(Buffer.from(base64, "base64"))).toBe(true);
    expect(decode(base64)).toBe(text);
  });

  it("sees what follows a long English preface", () => {
    const preface = Buffer.from("All of this is in English.\n".repeat(4_000));
    const russian = Buffer.from("wvHlIPH34PHy6+ji++Ug8eXs/Ogg7+717uboIOTw8+Mg7eAg5PDz4+A=", "base64");
    expect(decodeText(Buffer.concat([preface, russian]))).toContain("Все счастливые семьи похожи");
  });

  it("follows what a text declares, and its byte order mark before that", () => {
    expect(decodeText(Buffer.from([0xe4]), "koi8-r")).toBe("Д");
    expect(decodeText(Buffer.from("\ufeffä"), "koi8-r")).toBe("ä");
    expect(decodeText(Buffer.from("ä"), "no-such-encoding")).toBe("ä");
  });
});
