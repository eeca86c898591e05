import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { loadEnvFile } from "node:process";
import { z } from "zod";
import { count, onOff, optional, seconds } from "#server/config-kinds";
import { missingBeside } from "#server/config-together";
import { toolVariables } from "#server/config-tools";

/** Every environment variable this server reads. `.env.example` documents each; a test keeps them alike. */
const Environment = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("production"),
  PORT: z.coerce.number().int().min(0).max(65535).default(8080),
  HOST: z.string().default("127.0.0.1"),
  PUBLIC_URL: z.url().optional(),
  DATA_DIR: z.string().default(".data"),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_POOL_SIZE: count(10),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
  STREAM_CHECKS: onOff.optional(),

  API_KEY_PEPPER: optional,
  SESSION_SECRET: optional,
  ENCRYPTION_KEY: optional,

  PROVIDER_KEY_PASSTHROUGH: onOff.optional(),
  OUTBOUND_ALLOW: z.string().default(""),
  TRUST_PROXY: onOff.default("off"),

  OPENAI_API_KEY: optional,
  OPENAI_BASE_URL: z.url().optional(),
  ANTHROPIC_API_KEY: optional,
  GEMINI_API_KEY: optional,
  GOOGLE_VERTEX_API_KEY: optional,
  GOOGLE_VERTEX_CREDENTIALS: optional,
  GOOGLE_VERTEX_PROJECT: optional,
  GOOGLE_VERTEX_LOCATION: optional,
  AWS_BEARER_TOKEN_BEDROCK: optional,
  AWS_REGION: optional,
  GROQ_API_KEY: optional,
  MISTRAL_API_KEY: optional,
  COHERE_API_KEY: optional,
  CO_API_KEY: optional,
  OPENROUTER_API_KEY: optional,
  DEEPSEEK_API_KEY: optional,
  XAI_API_KEY: optional,
  OLLAMA_BASE_URL: z.url().optional(),

  GITHUB_CLIENT_ID: optional,
  GITHUB_CLIENT_SECRET: optional,
  GOOGLE_CLIENT_ID: optional,
  GOOGLE_CLIENT_SECRET: optional,
  OIDC_ISSUER: z.url().optional(),
  OIDC_CLIENT_ID: optional,
  OIDC_CLIENT_SECRET: optional,
  OIDC_NAME: z.string().default("Single sign-on"),

  BLOB_STORE: z.enum(["local", "postgres", "s3"]).optional(),
  S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  S3_PATH_STYLE: onOff.optional(),
  S3_BUCKET: optional,
  S3_REGION: z.string().default("us-east-1"),
  S3_ACCESS_KEY_ID: optional,
  S3_SECRET_ACCESS_KEY: optional,
  S3_PREFIX: z
    .string()
    .regex(/^[\w.-]+(\/[\w.-]+)*$/, "a path of letters, digits, '.', '_' and '-', without a slash at either end")
    .optional(),
  S3_CONNECT_TIMEOUT_SECONDS: seconds(5),
  S3_IDLE_TIMEOUT_SECONDS: seconds(60),
  S3_MAX_ATTEMPTS: count(3),

  PROVIDER_CONNECT_TIMEOUT_SECONDS: seconds(5),
  PROVIDER_FIRST_BYTE_TIMEOUT_SECONDS: seconds(60),
  PROVIDER_IDLE_TIMEOUT_SECONDS: seconds(120),
  PROVIDER_MAX_ANSWER_BYTES: count(128 * 1024 * 1024),
  PROVIDER_MAX_ATTEMPTS: count(3),
  PROVIDER_BACKOFF_SECONDS: seconds(0.5),
  PROVIDER_WIRE_PROBE_SECONDS: seconds(5),
  PROVIDER_WIRE_TTL_SECONDS: seconds(6 * 3600),
  PROVIDER_WIRE_DOUBT_SECONDS: seconds(60),
  BREAKER_FAILURES: count(3),
  BREAKER_OPEN_SECONDS: seconds(30),

  TOKENIZER_TIMEOUT_SECONDS: seconds(10),
  TOKENIZER_IDLE_SECONDS: seconds(60),

  MAX_CONCURRENT_RUNS: count(512),
  MAX_QUEUED_BYTES: count(256 * 1024 * 1024),
  MAX_JSON_BODY_BYTES: count(100 * 1024 * 1024),
  MAX_FILE_BYTES: count(512 * 1024 * 1024),
  MAX_UPLOAD_BYTES: count(8 * 1024 * 1024 * 1024),
  MAX_UPLOAD_PART_BYTES: count(64 * 1024 * 1024),
  UPLOAD_TTL_SECONDS: seconds(3600),
  UPLOAD_COMPLETION_SECONDS: seconds(3600),
  UPLOAD_RETENTION_SECONDS: seconds(24 * 3600),
  REQUEST_IDLE_SECONDS: seconds(60),
  REQUEST_MIN_BYTES_PER_SECOND: count(512),
  INPUT_MAX_FILES: count(128),
  INPUT_MAX_BYTES: count(64 * 1024 * 1024),
  INPUT_MAX_PAGE_IMAGES: count(20),
  INPUT_FETCH_TIMEOUT_SECONDS: seconds(20),
  SSE_HEARTBEAT_SECONDS: seconds(15),
  SSE_STALLED_READER_SECONDS: seconds(60),
  WEBSOCKET_MAX_AGE_SECONDS: seconds(3600),
  WEBSOCKET_PING_SECONDS: seconds(30),
  WEBSOCKET_MAX_CONNECTIONS: count(1024),
  WEBSOCKET_MAX_QUEUED_TURNS: count(16),
  WEBSOCKET_MAX_RESPONSES: count(8),
  WEBSOCKET_MAX_STATE_BYTES: count(256 * 1024 * 1024),
  SHUTDOWN_GRACE_SECONDS: seconds(30),
  IDEMPOTENCY_TTL_SECONDS: seconds(24 * 3600),

  ...toolVariables,

  WEBHOOK_TIMEOUT_SECONDS: seconds(15),
  WEBHOOK_BACKOFF_SECONDS: seconds(10),
  WEBHOOK_MAX_BACKOFF_SECONDS: seconds(3 * 3600),
  WEBHOOK_RETRY_SECONDS: seconds(24 * 3600),
  WEBHOOK_LOG_RETENTION_DAYS: count(30),
  WEBHOOK_CONCURRENCY: count(4),

  BACKGROUND_CONCURRENCY: count(16),
  BACKGROUND_MAX_SECONDS: seconds(6 * 3600),
  BACKGROUND_MAX_ATTEMPTS: count(3),
  BACKGROUND_FLUSH_SECONDS: seconds(0.05),
  BACKGROUND_FLUSH_EVENTS: count(64),
  BACKGROUND_UNSTORED_TTL_SECONDS: seconds(600),
  BACKGROUND_CANCEL_PATIENCE_SECONDS: seconds(5),
  BACKGROUND_RETRY_SECONDS: seconds(1),
  BACKGROUND_OUTAGE_SECONDS: seconds(30),
  EVENT_LOG_POLL_SECONDS: seconds(1),
  RUN_REPLY_SECONDS: seconds(0.5),
  RELAYED_EVENTS_TTL_SECONDS: seconds(30),

  API_KEY_CACHE_SECONDS: seconds(2),
  API_KEY_STALE_SECONDS: seconds(300),
  API_KEY_LAST_USED_SECONDS: seconds(60),
  SESSION_TTL_SECONDS: seconds(30 * 24 * 3600),
  SESSION_CACHE_SECONDS: seconds(30),
  SETUP_LINK_TTL_SECONDS: seconds(24 * 3600),
  INVITATION_TTL_SECONDS: seconds(7 * 24 * 3600),
  SIGN_IN_MAX_FAILURES: count(10),
  SIGN_IN_WINDOW_SECONDS: seconds(900),

  TRACE_QUEUE_MAX: count(10_000),
  TRACE_QUEUE_MAX_BYTES: count(64 * 1024 * 1024),
  TRACE_FLUSH_SECONDS: seconds(0.25),
  TRACE_LIVE_ROW_SECONDS: seconds(1),
  TRACE_RETENTION_DAYS: count(90),
  TRACE_CONTENT_RETENTION_DAYS: count(30),

  PARSE_TIMEOUT_SECONDS: seconds(120),
  PARSE_MEMORY_MB: count(512),
  PARSE_WORKERS: count(1),
  OCR_LANGUAGE: z
    .string()
    .regex(/^[A-Za-z_]*$/, "the name of one language, for example eng")
    .default(""),
  OCR_MAX_PAGES: count(100),
  OCR_TIMEOUT_SECONDS: seconds(900),
  MAX_DOCUMENT_TOKENS: count(5_000_000),
  INGEST_CONCURRENCY: count(2),
  EMBEDDING_CONCURRENCY: count(2),
  EMBEDDING_USAGE_FLUSH_SECONDS: seconds(1),
  INGEST_MAX_QUEUED_FILES: count(50_000),
  INGEST_QUEUE_RETRY_SECONDS: seconds(10),
  URL_IMPORT_MAX_PAGES: count(1_000),
  URL_IMPORT_MAX_BYTES: count(25 * 1024 * 1024),
  URL_IMPORT_CONCURRENCY: count(4),
  STALE_VECTORS_SECONDS: seconds(60),
  VECTOR_INDEX_POLL_SECONDS: seconds(5),
  EXACT_SEARCH_MAX_CHUNKS: count(20_000),
  MAX_VECTOR_INDEXES: count(200),
  SEARCH_MODEL_TIMEOUT_SECONDS: seconds(20),
  RERANK_CANDIDATES: count(50),
  AGENTIC_SEARCH_MAX_TOKENS: count(60_000),
  EMBEDDING_MODEL: z.string().default("builtin/hash-1024"),
  LOCAL_MODELS: z.string().default("Xenova/all-MiniLM-L6-v2,Xenova/paraphrase-multilingual-MiniLM-L12-v2"),
  LOCAL_MODELS_PRECISION: z.enum(["q8", "fp32"]).default("q8"),
  LOCAL_MODELS_RUNTIME: optional,
  LOCAL_MODELS_THREADS: count(Math.max(1, availableParallelism() - 1)),
  LOCAL_MODELS_LOADED: count(2),
  LOCAL_MODELS_IDLE_SECONDS: seconds(300),
  LOCAL_MODELS_TIMEOUT_SECONDS: seconds(120),
  LOCAL_MODELS_WAIT_SECONDS: seconds(60),
  LOCAL_MODELS_DOWNLOAD_SECONDS: seconds(6 * 3600),
  LOCAL_MODELS_MAX_BYTES: count(2 * 1024 * 1024 * 1024),
  HF_ENDPOINT: z.url({ protocol: /^https?$/ }).default("https://huggingface.co"),
  HF_TOKEN: optional,
  HF_HUB_OFFLINE: onOff.default("off"),
});

export type Config = z.infer<typeof Environment> & {
  /** Absolute path of DATA_DIR. */
  dataDir: string;
  /** True when no DATABASE_URL is set: PGlite in DATA_DIR. */
  embedded: boolean;
  /** True while only this machine can connect. */
  loopbackOnly: boolean;
};

const holder = globalThis as typeof globalThis & { rejoinderConfig?: Config };

/**
 * Reads the environment. Throws an Error that names every variable at fault, its problem and what is allowed.
 * An empty string counts as unset.
 */
export function parseConfig(environment: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = Environment.safeParse(set);
  if (!parsed.success) {
    throw notUsable(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
  }
  const missing = missingBeside(parsed.data);
  if (missing !== null) throw notUsable([missing]);
  return {
    ...parsed.data,
    dataDir: resolve(parsed.data.DATA_DIR),
    embedded: parsed.data.DATABASE_URL === undefined,
    loopbackOnly: ["127.0.0.1", "::1", "localhost"].includes(parsed.data.HOST),
  };
}

function notUsable(faults: readonly string[]): Error {
  const lines = faults.map((fault) => `  ${fault}`).join("\n");
  return new Error(`The environment is not usable:\n${lines}\nSee .env.example for every variable.`);
}

/** The configuration of this process: `.env` when present, then the environment, read once. */
export function config(): Config {
  if (!holder.rejoinderConfig) {
    if (existsSync(".env")) loadEnvFile(".env");
    holder.rejoinderConfig = parseConfig(process.env);
  }
  return holder.rejoinderConfig;
}

/** Replaces the configuration of this process (tests). */
export function setConfig(replacement: Config): void {
  holder.rejoinderConfig = replacement;
}

/**
 * Tells next-auth how browsers reach this server; it looks nowhere but the environment. PUBLIC_URL when set, else the
 * host that each request names.
 */
export function exposeOriginToNextAuth(): void {
  const { PUBLIC_URL } = config();
  if (PUBLIC_URL) {
    process.env.NEXTAUTH_URL = new URL(PUBLIC_URL).origin;
  } else {
    delete process.env.NEXTAUTH_URL;
    process.env.AUTH_TRUST_HOST = "true";
  }
}
