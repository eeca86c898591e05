/** Bytes of a second of speech, and the tokens it is taken for. Source: Google's guide "Audio understanding". */
const AUDIO_BYTES_PER_SECOND = { wav: 32_000, mp3: 16_000 };
const AUDIO_TOKENS_PER_SECOND = 32;

/** About how many tokens a model takes a recording for. */
export function audioTokens({ data, format }: { data: string; format: "wav" | "mp3" }): number {
  return Math.ceil(((data.length * 3) / 4 / AUDIO_BYTES_PER_SECOND[format]) * AUDIO_TOKENS_PER_SECOND);
}
