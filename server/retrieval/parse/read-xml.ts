import { Parser } from "htmlparser2";

/** What is told of an XML text while it is read. Names carry their prefix: `a:t`. */
export interface XmlReader {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close(name: string): void;
  text?(text: string): void;
}

/**
 * Reads XML from beginning to end, keeping nothing, so neither its size nor its depth costs memory. Only the five
 * entities of XML itself are resolved: a declared one stays the text that it is. False when the text breaks off.
 */
export function readXml(xml: string, reader: XmlReader): boolean {
  let whole = false;
  const parser = new Parser(
    {
      onopentag: (name, attributes) => reader.open(name, attributes),
      onclosetag: (name, isImplied) => {
        whole = !isImplied;
        reader.close(name);
      },
      ontext: (text) => reader.text?.(text),
    },
    { xmlMode: true },
  );
  parser.end(xml);
  return whole;
}
