import type { ContainerFileCitation } from "#server/protocol/content";
import type { CitableFile, CitableSource } from "#server/tools/tool";

/** Passages and pages by marker; null while nothing can be cited, so that text passes untouched. */
export type Sources = ReadonlyMap<string, CitableSource> | null;

const SCHEME = "sandbox:";
/** What may stand behind a path: a letter or digit there belongs to another path. */
const ENDS_PATH = /^(?:$|[^\w/.-]|[.-](?![\w/]))/;

/** What the model of a response may cite, as tools hand it out. */
export class Citables {
  #sources: Map<string, CitableSource> | null = null;
  /** By path; the newest where there are several. */
  readonly #files = new Map<string, CitableFile>();

  get sources(): Sources {
    return this.#sources;
  }

  /** What may be cited from now on, by marker. Called with none, markers are still taken out of the text. */
  addSources(sources: readonly CitableSource[]): void {
    this.#sources ??= new Map();
    for (const source of sources) this.#sources.set(source.marker, source);
  }

  /** Files that may be cited from now on, by links. */
  addFiles(files: readonly CitableFile[]): void {
    for (const file of files) this.#files.set(file.path, file);
  }

  /** Citations of the files that a whole text links to, in its order. */
  linksIn(pieces: readonly string[]): ContainerFileCitation[] {
    if (this.#files.size === 0) return [];
    const text = pieces.join("");
    const citations: ContainerFileCitation[] = [];
    for (let at = text.indexOf(SCHEME); at >= 0; at = text.indexOf(SCHEME, at + 1)) {
      const found = this.#longestAt(text, at + SCHEME.length);
      if (!found) continue;
      const { containerId: container_id, fileId: file_id, filename } = found.file;
      const span = { start_index: at, end_index: found.end };
      citations.push({ type: "container_file_citation", container_id, file_id, filename, ...span });
    }
    return citations;
  }

  #longestAt(text: string, from: number): { file: CitableFile; end: number } | null {
    let longest: { file: CitableFile; end: number } | null = null;
    for (const file of this.#files.values()) {
      for (const path of new Set([file.path, encodeURI(file.path.toWellFormed())])) {
        const end = from + path.length;
        const fits = text.startsWith(path, from) && ENDS_PATH.test(text.slice(end, end + 2));
        if (fits && (longest === null || end > longest.end)) longest = { file, end };
      }
    }
    return longest;
  }
}
