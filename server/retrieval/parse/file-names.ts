import type { SupportedTextSplitterLanguage } from "@langchain/textsplitters";

/** Source files by extension, with the separators that cut them; null: the general ones. */
const CODE: Record<string, SupportedTextSplitterLanguage | null> = {
  c: "cpp",
  cc: "cpp",
  cpp: "cpp",
  cxx: "cpp",
  h: "cpp",
  hpp: "cpp",
  cs: "java",
  java: "java",
  kt: "java",
  kts: "java",
  go: "go",
  js: "js",
  cjs: "js",
  mjs: "js",
  jsx: "js",
  ts: "js",
  cts: "js",
  mts: "js",
  tsx: "js",
  vue: "js",
  svelte: "js",
  php: "php",
  proto: "proto",
  py: "python",
  pyi: "python",
  rb: "ruby",
  rs: "rust",
  scala: "scala",
  swift: "swift",
  sol: "sol",
  rst: "rst",
  sh: null,
  bash: null,
  zsh: null,
  ps1: null,
  sql: null,
  lua: null,
  pl: null,
  r: null,
  dart: null,
  ex: null,
  exs: null,
  erl: null,
  hs: null,
  clj: null,
  ml: null,
  nim: null,
  zig: null,
  css: null,
  scss: null,
  less: null,
  graphql: null,
  tf: null,
  toml: null,
  ini: null,
  cfg: null,
  conf: null,
  yaml: null,
  yml: null,
  xml: null,
  m: null,
  mm: null,
  groovy: "java",
  gradle: "java",
  fs: null,
  fsx: null,
  vb: null,
  pas: null,
  f90: null,
  jl: null,
  elm: null,
  v: null,
  sv: null,
  vhd: null,
  asm: null,
  s: null,
  bat: null,
  cmd: null,
  fish: null,
  awk: null,
  cmake: null,
  mk: null,
  nix: null,
  hcl: null,
  prisma: null,
  env: null,
  properties: null,
  diff: null,
  patch: null,
};

/** Source files that have a name of their own, in lower case. */
const CODE_NAMES = new Set(
  (
    "makefile gnumakefile dockerfile containerfile jenkinsfile vagrantfile procfile gemfile rakefile podfile brewfile " +
    "cmakelists.txt build workspace justfile .gitignore .dockerignore .editorconfig .bashrc .zshrc .profile"
  ).split(" "),
);

/** The extension of a file name in lower case, without its dot; empty when there is none. */
export function extensionOf(filename: string): string {
  return /\.([^./\\]+)$/.exec(filename)?.[1]?.toLowerCase() ?? "";
}

/** True for names of source, data and configuration files. */
export function isCodeFile(filename: string): boolean {
  const name = /[^/\\]*$/.exec(filename)?.[0].toLowerCase() ?? "";
  return CODE_NAMES.has(name) || Object.hasOwn(CODE, extensionOf(filename));
}

/** The language whose separators cut a file best, or null. */
export function splitterLanguageOf(filename: string): SupportedTextSplitterLanguage | null {
  const extension = extensionOf(filename);
  return Object.hasOwn(CODE, extension) ? (CODE[extension] ?? null) : null;
}
