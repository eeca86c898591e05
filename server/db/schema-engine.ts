import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  DriverAdapterError,
  isDriverAdapterError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
} from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import { DatabaseError, escapeIdentifier, type Pool } from "pg";
import { log } from "#server/log";

export type SchemaEngine = bindings.SchemaEngine;
export type HistoryDiagnostic = bindings.HistoryDiagnostic;

export interface SchemaEngineOptions {
  /** Text of schema.prisma, for a diff against it. */
  schema?: string;
  /** Sees every script before it runs and returns what runs instead. */
  rewriteScript?: (script: string) => string;
}

const BINDINGS = "@prisma/schema-engine-wasm/schema_engine_bg";
const CHAR_TYPE = 18;
const holder = globalThis as typeof globalThis & {
  rejoinderSchemaEngine?: Promise<void>;
  /** Where the engine leaves its message before it traps; without it a panic is a TypeError about this name. */
  PRISMA_WASM_PANIC_REGISTRY?: { set_message(message: string): void };
};

/** Instantiates the engine's WebAssembly beside its bindings: Node 24 imports `.wasm`, bundlers and vitest do not. */
async function load(): Promise<void> {
  const resolve = createRequire(join(process.cwd(), "package.json")).resolve;
  const bytes = await readFile(join(dirname(resolve(BINDINGS)), "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(new Uint8Array(bytes), {
    "./schema_engine_bg.js": { ...bindings },
  });
  holder.PRISMA_WASM_PANIC_REGISTRY ??= {
    set_message: (message) => log().error({ message }, "the schema engine panicked"),
  };
  bindings.__wbg_set_wasm(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start === "function") start();
}

/** Scripts run as one simple query, so as one transaction; `@prisma/adapter-pg` splits them at every semicolon. */
function createAdapterFactory(
  pool: Pool,
  rewriteScript: (script: string) => string,
): SqlMigrationAwareDriverAdapterFactory {
  const prisma = new PrismaPg(pool);
  const connect = async (): Promise<SqlDriverAdapter> => {
    const adapter = await prisma.connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      try {
        return await queryRaw(query);
      } catch (error) {
        if (!isUnsupportedType(error)) throw error;
        const { sql, chars } = await castCharColumns(pool, query);
        const result = await queryRaw({ ...query, sql });
        return {
          ...result,
          columnTypes: result.columnTypes.map((type, at) => (chars[at] ? ColumnTypeEnum.Character : type)),
        };
      }
    };
    adapter.executeScript = async (script) => {
      try {
        await pool.query(rewriteScript(script));
      } catch (error) {
        throw error instanceof DatabaseError ? toAdapterError(error) : error;
      }
    };
    return adapter;
  };
  return {
    provider: prisma.provider,
    adapterName: prisma.adapterName,
    connect,
    connectToShadowDb: () => Promise.reject(new Error("There is no shadow database here: it would be the real one.")),
  };
}

function isUnsupportedType(error: unknown): boolean {
  return isDriverAdapterError(error) && error.cause.kind === "UnsupportedNativeDataType";
}

/** The adapter does not know the catalogue's one-byte type "char": it reads text, and the engine is told what it is. */
async function castCharColumns(pool: Pool, { sql, args }: SqlQuery): Promise<{ sql: string; chars: boolean[] }> {
  const described = `(${sql.trim().replace(/;$/, "")}) AS described`;
  const { fields } = await pool.query(`SELECT * FROM ${described} LIMIT 0`, args);
  const chars = fields.map(({ dataTypeID }) => dataTypeID === CHAR_TYPE);
  const columns = fields.map(({ name }, at) => {
    const column = escapeIdentifier(name);
    return chars[at] ? `${column}::text AS ${column}` : column;
  });
  return { sql: `SELECT ${columns.join(", ")} FROM ${described}`, chars };
}

function toAdapterError(error: DatabaseError): DriverAdapterError {
  return new DriverAdapterError({
    kind: "postgres",
    code: error.code ?? "XX000",
    severity: error.severity ?? "ERROR",
    message: error.message,
    detail: error.detail,
    column: error.column,
    hint: error.hint,
  });
}

/**
 * Prisma's schema engine over the given pool: applies migrations and compares schemas. Free it after use.
 * A pool of one connection keeps everything it does in one session.
 */
export async function openSchemaEngine(pool: Pool, options: SchemaEngineOptions = {}): Promise<SchemaEngine> {
  holder.rejoinderSchemaEngine ??= load();
  await holder.rejoinderSchemaEngine;
  const datamodels: [string, string][] | undefined = options.schema ? [["schema.prisma", options.schema]] : undefined;
  const factory = bindMigrationAwareSqlAdapterFactory(
    createAdapterFactory(pool, options.rewriteScript ?? ((script) => script)),
  );
  return bindings.SchemaEngine.new({ datamodels }, () => {}, factory);
}
