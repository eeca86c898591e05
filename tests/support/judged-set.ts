import { existsSync, readFileSync } from "node:fs";
import { mean, ndcgAt, recallAt, reciprocalRank } from "#server/retrieval/search/metrics";

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

/** Reads a set in BEIR layout: corpus.jsonl (or chunks.jsonl), queries.jsonl, and qrels.tsv (or qrels/test.tsv). */
export function readJudgedSet(folder: string): JudgedSet {
  const first = (...names: string[]) => names.find((name) => existsSync(`${folder}/${name}`)) ?? names[0] ?? "";
  const lines = (file: string) => readFileSync(`${folder}/${file}`, "utf8").trim().split("\n");
  const records = (file: string) =>
    lines(file).map((line) => {
      const { _id: id, title = "", text } = JSON.parse(line);
      const whole = String(text).startsWith(title) ? String(text) : `${title}\n\n${text}`;
      return { id: String(id), text: whole };
    });
  const relevant: JudgedSet["relevant"] = new Map();
  for (const line of lines(first("qrels.tsv", "qrels/test.tsv")).slice(1)) {
    const [query = "", document = "", grade = "0"] = line.split("\t");
    if (Number(grade) <= 0) continue;
    const grades = relevant.get(query) ?? new Map<string, number>();
    relevant.set(query, grades.set(document, Number(grade)));
  }
  const queries = records("queries.jsonl").filter((query) => relevant.has(query.id));
  return { documents: records(first("corpus.jsonl", "chunks.jsonl")), queries, relevant };
}

export interface Judgement {
  ndcg: number;
  recall: number;
  mrr: number;
}

/** nDCG@10, recall@20 and MRR of rankings (documents of each query, best first), averaged over the queries. */
export function judge(set: JudgedSet, rankings: ReadonlyMap<string, readonly string[]>): Judgement {
  const judged = set.queries.map(({ id }) => {
    const grades = set.relevant.get(id) ?? new Map<string, number>();
    const gains = (rankings.get(id) ?? []).map((document) => grades.get(document) ?? 0);
    return {
      ndcg: ndcgAt(10, gains, [...grades.values()]),
      recall: recallAt(20, gains, grades.size),
      mrr: reciprocalRank(gains),
    };
  });
  return {
    ndcg: mean(judged.map(({ ndcg }) => ndcg)),
    recall: mean(judged.map(({ recall }) => recall)),
    mrr: mean(judged.map(({ mrr }) => mrr)),
  };
}
