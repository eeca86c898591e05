import type { HighlighterCore, ThemedToken } from "shiki/core";

export type CodeLanguage = "json" | "bash" | "javascript" | "python" | "text";

const languages = new Set<string>(["json", "bash", "javascript", "python"]);

/** The language of a fence or file ending, as far as it is coloured here. */
export function toCodeLanguage(name: string | undefined): CodeLanguage {
  const aliases: Record<string, CodeLanguage> = {
    sh: "bash",
    shell: "bash",
    curl: "bash",
    js: "javascript",
    ts: "javascript",
    typescript: "javascript",
    jsx: "javascript",
    tsx: "javascript",
    py: "python",
  };
  const known = name === undefined ? undefined : (aliases[name] ?? name);
  return known !== undefined && languages.has(known) ? (known as CodeLanguage) : "text";
}

let loading: Promise<HighlighterCore> | null = null;

async function load(): Promise<HighlighterCore> {
  const [{ createCssVariablesTheme, createHighlighterCore }, { createJavaScriptRegexEngine }] = await Promise.all([
    import("shiki/core"),
    import("shiki/engine/javascript"),
  ]);
  return createHighlighterCore({
    themes: [
      createCssVariablesTheme({ name: "tokens", variablePrefix: "--code-", variableDefaults: {}, fontStyle: false }),
    ],
    langs: [
      import("shiki/langs/json.mjs"),
      import("shiki/langs/bash.mjs"),
      import("shiki/langs/javascript.mjs"),
      import("shiki/langs/python.mjs"),
    ],
    engine: createJavaScriptRegexEngine(),
  });
}

/** Tokens of each line with colours as CSS variables, so both themes share one result. Loads Shiki at the first call. */
export async function highlightCode(code: string, language: Exclude<CodeLanguage, "text">): Promise<ThemedToken[][]> {
  loading ??= load();
  const highlighter = await loading;
  return highlighter.codeToTokensBase(code, { lang: language, theme: "tokens" });
}
