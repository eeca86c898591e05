/** What beside its name a search engine cannot do without. */
const SEARCH_NEEDS = {
  brave: ["WEB_SEARCH_API_KEY"],
  tavily: ["WEB_SEARCH_API_KEY"],
  exa: ["WEB_SEARCH_API_KEY"],
  searxng: ["WEB_SEARCH_URL"],
  google: ["WEB_SEARCH_API_KEY", "WEB_SEARCH_ENGINE_ID"],
  mcp: ["WEB_SEARCH_URL", "WEB_SEARCH_TOOL"],
} as const;

/** Variables that are of no use without another. */
interface Together {
  BLOB_STORE?: string | undefined;
  S3_BUCKET?: string | undefined;
  S3_ACCESS_KEY_ID?: string | undefined;
  S3_SECRET_ACCESS_KEY?: string | undefined;
  WEB_SEARCH_BACKEND?: keyof typeof SEARCH_NEEDS | undefined;
  WEB_SEARCH_API_KEY?: string | undefined;
  WEB_SEARCH_URL?: string | undefined;
  WEB_SEARCH_ENGINE_ID?: string | undefined;
  WEB_SEARCH_TOOL?: string | undefined;
}

/** What is missing beside a variable that is set, in a sentence for the operator; null when nothing is. */
export function missingBeside(set: Together): string | null {
  const { BLOB_STORE, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, WEB_SEARCH_BACKEND: search } = set;
  const ofSearch = search && SEARCH_NEEDS[search].find((needed) => !set[needed]);
  const missing =
    (BLOB_STORE === "s3" && !S3_BUCKET && "S3_BUCKET: required with BLOB_STORE=s3") ||
    (S3_ACCESS_KEY_ID && !S3_SECRET_ACCESS_KEY && "S3_SECRET_ACCESS_KEY: required with S3_ACCESS_KEY_ID") ||
    (S3_SECRET_ACCESS_KEY && !S3_ACCESS_KEY_ID && "S3_ACCESS_KEY_ID: required with S3_SECRET_ACCESS_KEY") ||
    (ofSearch && `${ofSearch}: required with WEB_SEARCH_BACKEND=${search}`);
  return missing || null;
}
