import { createHash } from "node:crypto";
import type { ProcessOptions } from "./messages.ts";

/** Of Emscripten's file system, what is used here. */
export interface FileSystem {
  readdir(path: string): string[];
  lookupPath(path: string, options: { follow: boolean }): { node: { mode: number } };
  isDir(mode: number): boolean;
  isFile(mode: number): boolean;
  readFile(path: string): Uint8Array;
  writeFile(path: string, data: Uint8Array): void;
  mkdirTree(path: string): void;
  unlink(path: string): void;
  stat(path: string): { size: number };
}

export const HOME = "/mnt/data";

export interface FileChanges {
  files: { path: string; bytes: number }[];
  contents: Uint8Array[];
  removed: string[];
  notKept: string[];
}

/** Knows which files of an interpreter the server has, and tells what has become of them since. */
export class ChangedFiles {
  readonly #fs: FileSystem;
  readonly #limits: Pick<ProcessOptions, "fileBytes" | "maxFiles">;
  /** Hashes of what the server has. */
  #known = new Map<string, string>();

  constructor(fs: FileSystem, limits: Pick<ProcessOptions, "fileBytes" | "maxFiles">) {
    this.#fs = fs;
    this.#limits = limits;
  }

  /** Writes a file that the server has. */
  put(path: string, data: Uint8Array): void {
    this.#fs.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    this.#fs.writeFile(path, data);
    this.#known.set(path, hashOf(data));
  }

  /** Removes a file that the server has no more. One that is gone already is no error. */
  remove(path: string): void {
    this.#known.delete(path);
    try {
      this.#fs.unlink(path);
    } catch {
      // The code has removed it.
    }
  }

  /** What has changed since the last call. Files beyond the limits are named and not read. */
  take(): FileChanges {
    const changes: FileChanges = { files: [], contents: [], removed: [], notKept: [] };
    const found = new Map<string, string>();
    let bytes = 0;
    for (const path of this.#walk(HOME)) {
      bytes += this.#fs.stat(path).size;
      if (bytes > this.#limits.fileBytes || found.size >= this.#limits.maxFiles || path.length > 512) {
        if (changes.notKept.length < 20) changes.notKept.push(path.slice(0, 512));
        continue;
      }
      const data = this.#fs.readFile(path);
      const hash = hashOf(data);
      found.set(path, hash);
      if (this.#known.get(path) === hash) continue;
      changes.files.push({ path, bytes: data.length });
      changes.contents.push(data);
    }
    changes.removed = [...this.#known.keys()].filter((path) => !found.has(path));
    this.#known = found;
    return changes;
  }

  *#walk(folder: string, depth = 0): Generator<string> {
    if (depth > 16) return;
    for (const name of this.#fs.readdir(folder).sort()) {
      if (name === "." || name === ".." || name === "__pycache__") continue;
      const path = `${folder}/${name}`;
      // A link is not followed: it may lead in a circle.
      const { mode } = this.#fs.lookupPath(path, { follow: false }).node;
      if (this.#fs.isDir(mode)) yield* this.#walk(path, depth + 1);
      else if (this.#fs.isFile(mode)) yield path;
    }
  }
}

function hashOf(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("base64");
}
