/** Variables that are of no use without another. */
interface Together {
  BLOB_STORE?: string | undefined;
  S3_BUCKET?: string | undefined;
  S3_ACCESS_KEY_ID?: string | undefined;
  S3_SECRET_ACCESS_KEY?: string | undefined;
  WEB_SEARCH_BACKEND?: string | undefined;
  WEB_SEARCH_API_KEY?: string | undefined;
  WEB_SEARCH_URL?: string | undefined;
  WEB_SEARCH_ENGINE_ID?: string | undefined;
}

/** What is missing beside a variable that is set, in a sentence for the operator; null when nothing is. */
export function missingBeside(set: Together): string | null {
  const { BLOB_STORE, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = set;
  const { WEB_SEARCH_BACKEND: search, WEB_SEARCH_API_KEY, WEB_SEARCH_URL, WEB_SEARCH_ENGINE_ID } = set;
  const needed = search && `required with WEB_SEARCH_BACKEND=${search}`;
  const missing =
    (BLOB_STORE === "s3" && !S3_BUCKET && "S3_BUCKET: required with BLOB_STORE=s3") ||
    (S3_ACCESS_KEY_ID && !S3_SECRET_ACCESS_KEY && "S3_SECRET_ACCESS_KEY: required with S3_ACCESS_KEY_ID") ||
    (S3_SECRET_ACCESS_KEY && !S3_ACCESS_KEY_ID && "S3_ACCESS_KEY_ID: required with S3_SECRET_ACCESS_KEY") ||
    (search === "searxng" && !WEB_SEARCH_URL && `WEB_SEARCH_URL: ${needed}`) ||
    (search && search !== "searxng" && !WEB_SEARCH_API_KEY && `WEB_SEARCH_API_KEY: ${needed}`) ||
    (search === "google" && !WEB_SEARCH_ENGINE_ID && `WEB_SEARCH_ENGINE_ID: ${needed}`);
  return missing || null;
}
