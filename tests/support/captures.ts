import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ResponseEvent } from "#server/protocol/events";
import { type Json, record } from "#server/protocol/json-values";
import type { WireEvent } from "#server/protocol/stream-rules";

/** The folder beside the repository with recordings and contracts; absent in most checkouts. */
export const REFERENCE = resolve(import.meta.dirname, "../../../shared/reference");
export const hasReference = existsSync(REFERENCE);

export interface RecordedStream {
  name: string;
  events: WireEvent[];
}

/** A shortened recording: it lacks deltas and a whole item. */
export const ABRIDGED = "phase.1.chunks.txt";

/** Every whole recorded stream of OpenAI's API, by file name. */
export function recordedStreams(): RecordedStream[] {
  return allRecordedStreams().filter(({ name }) => !name.startsWith(ABRIDGED));
}

/** Every recorded response of OpenAI's API that was not streamed, by file name. */
export function recordedBodies(): { name: string; body: Json }[] {
  if (!hasReference) return [];
  const folder = join(REFERENCE, "captures");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => ({ name, body: record(JSON.parse(readFileSync(join(folder, name), "utf8"))) }));
}

/** Every recorded stream of OpenAI's API, the shortened one too. */
export function allRecordedStreams(): RecordedStream[] {
  if (!hasReference) return [];
  const folder = join(REFERENCE, "captures");
  return readdirSync(folder).flatMap((name) => {
    const text = readFileSync(join(folder, name), "utf8");
    if (name.endsWith(".chunks.txt")) return splitStreams(name, text.split("\n").filter(Boolean));
    if (!name.endsWith("-stream.yaml") && !name.includes("web-search-v1")) return [];
    const data = [...text.matchAll(/^ {4}- (?:'data: (.*)|"data: (.*))$/gm)];
    return splitStreams(
      name,
      data.map((match) => yamlText(match)),
    );
  });
}

/** A quoted YAML scalar that ends with an empty line, as the recordings write it. */
function yamlText(match: RegExpMatchArray): string {
  const single = match[1];
  if (single !== undefined) return single.replaceAll("''", "'");
  return JSON.parse(`"${match[2] ?? ""}"`) as string;
}

/** OpenAI encrypts reasoning anew for every event: the recordings are compared without it. */
function sameCipher(key: string, value: unknown): unknown {
  return key === "encrypted_content" ? "…" : value;
}

/** Some files hold several streams, one after the other. */
function splitStreams(name: string, lines: string[]): RecordedStream[] {
  const streams: RecordedStream[] = [];
  for (const line of lines) {
    const event = JSON.parse(line, sameCipher) as WireEvent;
    if (event.type === "response.created") streams.push({ name: `${name}#${streams.length}`, events: [] });
    streams.at(-1)?.events.push(event);
  }
  return streams;
}

/** The recording read as events of ours: hosted items that we do not have yet pass for unknown ones. */
export function asResponseEvents(events: readonly WireEvent[]): ResponseEvent[] {
  return JSON.parse(JSON.stringify(events)) as ResponseEvent[];
}
