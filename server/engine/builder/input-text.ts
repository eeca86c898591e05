const BEGINNING = /^\s*\{\s*"input"\s*:\s*"/;
/** As much of a JSON string's inside as is whole: no escape is cut. */
const INSIDE = /^(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/;
const HALF_PAIR = /(?:[\ud800-\udbff]|\\u[dD][89abAB][0-9a-fA-F]{2})$/;

/**
 * Reads the text out of `{"input": "…"}` while that JSON arrives: so a custom tool is called through a vendor that
 * knows functions only. What is no such JSON is itself the text.
 */
export class InputText {
  #rest = "";
  #place: "before" | "inside" | "after" = "before";

  /** The text that is certain after this piece. */
  push(piece: string): string {
    if (this.#place === "after") return "";
    this.#rest += piece;
    if (this.#place === "before") {
      const beginning = BEGINNING.exec(this.#rest);
      if (!beginning) return "";
      this.#rest = this.#rest.slice(beginning[0].length);
      this.#place = "inside";
    }
    const whole = (INSIDE.exec(this.#rest)?.[0] ?? "").replace(HALF_PAIR, "");
    this.#rest = this.#rest.slice(whole.length);
    if (this.#rest.startsWith('"')) this.#place = "after";
    return decode(whole);
  }

  /** What was held back, now that no more comes. */
  finish(): string {
    const rest = this.#rest;
    this.#rest = "";
    return this.#place === "before" ? rest : "";
  }
}

/** The text of a JSON string's inside. Models leave line breaks in it as they are. */
function decode(inside: string): string {
  const escaped = Array.from(inside, (character) =>
    character < " " ? JSON.stringify(character).slice(1, -1) : character,
  );
  const text: unknown = JSON.parse(`"${escaped.join("")}"`);
  return String(text);
}
