import type { NextConfig } from "next";

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  compress: false,
  devIndicators: false,
  // Types are checked by `npm run verify`; a start on a user's machine need not wait for it.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: [
    "@aws-sdk/client-s3",
    "@aws-sdk/lib-storage",
    "@e965/xlsx",
    "@electric-sql/pglite",
    "@electric-sql/pglite-pgvector",
    "@langchain/core",
    "@langchain/textsplitters",
    "@modelcontextprotocol/sdk",
    "@napi-rs/canvas",
    "@node-rs/argon2",
    "@prisma/adapter-pg",
    "@prisma/client",
    "@prisma/schema-engine-wasm",
    "gpt-tokenizer",
    "mammoth",
    "pg",
    "pg-boss",
    "pino",
    "undici",
    "unpdf",
  ],
};

export default config;
