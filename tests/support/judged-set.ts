import { existsSync, readFileSync } from "node:fs";

export interface JudgedSet {
  documents: { id: string; text: string }[];
  queries: { id: string; text: string }[];
  /** Relevant documents of a query, with their grade. */
  relevant: Map<string, Map<string, number>>;
}

/** Judged sets live beside the checkout; without them their tests are skipped. */
export const JUDGED_SETS = "../shared/retrieval";

/** True when the judged sets are there. */
export const hasJudgedSets = existsSync(JUDGED_SETS);

/** Reads a set in BEIR layout. */
export function readJudgedSet(name: "codebase" | "docs"): JudgedSet {
  const lines = (file: string) => readFileSync(`${JUDGED_SETS}/${name}/${file}`, "utf8").trim().split("\n");
  const records = (file: string) =>
    lines(file).map((line) => {
      const { _id: id, text } = JSON.parse(line);
      return { id: String(id), text: String(text) };
    });
  const relevant: JudgedSet["relevant"] = new Map();
  for (const line of lines("qrels.tsv").slice(1)) {
    const [query = "", document = "", grade = "0"] = line.split("\t");
    const grades = relevant.get(query) ?? new Map<string, number>();
    relevant.set(query, grades.set(document, Number(grade)));
  }
  const queries = records("queries.jsonl").filter((query) => relevant.has(query.id));
  return { documents: records(name === "codebase" ? "chunks.jsonl" : "corpus.jsonl"), queries, relevant };
}

/** nDCG@10 and recall@20 of rankings (documents of each query, best first), averaged over the queries. */
export function judge(
  set: JudgedSet,
  rankings: ReadonlyMap<string, readonly string[]>,
): { ndcg: number; recall: number } {
  let ndcg = 0;
  let recall = 0;
  for (const query of set.queries) {
    const grades = set.relevant.get(query.id) ?? new Map<string, number>();
    const ranking = rankings.get(query.id) ?? [];
    const ideal = gain([...grades.values()].sort((a, b) => b - a));
    ndcg += gain(ranking.map((id) => grades.get(id) ?? 0)) / ideal;
    recall += ranking.slice(0, 20).filter((id) => grades.has(id)).length / grades.size;
  }
  return { ndcg: ndcg / set.queries.length, recall: recall / set.queries.length };
}

function gain(grades: readonly number[]): number {
  return grades.slice(0, 10).reduce((sum, grade, place) => sum + grade / Math.log2(place + 2), 0);
}
