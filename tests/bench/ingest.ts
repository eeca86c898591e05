import { Readable } from "node:stream";
import { request } from "undici";
import type { Bench } from "#tests/bench/judged";
import { residentMb } from "#tests/bench/measure";
import type { Figure } from "#tests/bench/report";
import { randomNumbers } from "#tests/support/many-chunks";
import { openaiClient, query } from "#tests/support/server";

const MB = 1_000_000;
const UPLOAD_BYTES = 512 * MB;
const PIECE_BYTES = 1 << 20;
const SAMPLE_MS = 100;
const BOUNDARY = "----bench";
const WORDS =
  "the of and to in is that for it as was with be by on not he his but at are this have from or had an they which one " +
  "you were her all she there would their we him been has when who will more no if out so said what up its about into " +
  "than them can only other new some could time these two may then do first any my now such like our over man me even " +
  "most made after also did many before must through back years where much your way well down should because each just";

/** Upload and ingestion of large files: how fast text is read and cut, and how much memory each takes. */
export async function measureIngest(bench: Bench, options: { textMb: number }): Promise<Figure[]> {
  const binary = await growthDuring(bench, () => upload(bench, "large.bin", zeros()));
  const next = randomNumbers(3);
  const { id } = await upload(bench, "large.txt", sentences(next, options.textMb * MB));
  const client = openaiClient(bench.server, bench.team.key, { timeout: 3_600_000 });
  const { id: storeId } = await client.vectorStores.create({ name: "ingest" });
  const reading = await growthDuring(bench, async () => {
    const file = await client.vectorStores.files.createAndPoll(storeId, { file_id: id }, { pollIntervalMs: 500 });
    if (file.status !== "completed") throw new Error(`ingestion ended ${file.status}: ${file.last_error?.message}`);
  });
  const seconds = await secondsOf(bench, ["parse", "chunk"]);
  const speed = options.textMb / seconds;
  const growth = (name: string, mb: number, most: number): Figure => ({
    name,
    measured: `+${Math.round(mb)} MB`,
    budget: `≤ ${most} MB`,
    kept: mb <= most,
  });
  return [
    growth(`memory while ${UPLOAD_BYTES / MB} MB are uploaded`, binary.mb, 100),
    { name: "upload", measured: `${(UPLOAD_BYTES / MB / binary.seconds).toFixed(0)} MB/s`, budget: "", kept: null },
    growth(`memory while ${options.textMb} MB of text are read, cut and embedded`, reading.mb, 300),
    {
      name: "text read and cut by one worker",
      measured: `${speed.toFixed(2)} MB/s`,
      direct: `embedded and stored too ${(options.textMb / reading.seconds).toFixed(2)} MB/s`,
      budget: "≥ 1 MB/s",
      kept: speed >= 1,
    },
  ];
}

/** By how much the server's memory is above what it was before, at most, and how long the work took. */
async function growthDuring<T>({ server }: Bench, work: () => Promise<T>): Promise<{ mb: number; seconds: number }> {
  const before = await residentMb(server);
  let most = before;
  const timer = setInterval(async () => {
    most = Math.max(most, await residentMb(server).catch(() => 0));
  }, SAMPLE_MS);
  const startedAt = performance.now();
  try {
    await work();
    return { mb: most - before, seconds: (performance.now() - startedAt) / 1000 };
  } finally {
    clearInterval(timer);
  }
}

/** A form with one file, which this process holds a piece of at a time. */
async function upload({ server, team }: Bench, name: string, pieces: Iterable<Buffer>): Promise<{ id: string }> {
  function* form(): Generator<Buffer> {
    yield Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nassistants\r\n`);
    const head = `content-disposition: form-data; name="file"; filename="${name}"`;
    yield Buffer.from(`--${BOUNDARY}\r\n${head}\r\ncontent-type: application/octet-stream\r\n\r\n`);
    yield* pieces;
    yield Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
  }
  const { statusCode, body } = await request(`${server.url}/v1/files`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${team.key}`,
      "content-type": `multipart/form-data; boundary=${BOUNDARY}`,
    },
    body: Readable.from(form()),
  });
  if (statusCode !== 200) throw new Error(`the upload was answered ${statusCode}: ${await body.text()}`);
  return (await body.json()) as { id: string };
}

function* zeros(): Generator<Buffer> {
  const piece = Buffer.alloc(PIECE_BYTES);
  for (let left = UPLOAD_BYTES; left > 0; left -= piece.length) yield piece.subarray(0, left);
}

/** Paragraphs of English words, no two alike. */
function* sentences(next: () => number, bytes: number): Generator<Buffer> {
  const words = WORDS.split(" ");
  for (let left = bytes; left > 0; ) {
    const paragraphs = Array.from({ length: 100 }, () => {
      const chosen = Array.from({ length: 100 }, () => words[Math.floor(next() * words.length)] ?? "");
      return `${chosen.join(" ")}.\n\n`;
    });
    const piece = Buffer.from(paragraphs.join(""));
    left -= piece.length;
    yield piece;
  }
}

/** Seconds that spans of these names took, as the server's trace of the ingestion has them. */
async function secondsOf({ server, team }: Bench, names: readonly string[]): Promise<number> {
  for (;;) {
    const [row] = await query<{ spans: number; seconds: number }>(
      server,
      "SELECT count(*)::int AS spans, sum(duration_ms) / 1000 AS seconds FROM span WHERE team_id = $1 AND name = ANY ($2)",
      [team.teamId, names],
    );
    if (row && row.spans >= names.length) return row.seconds;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
