// What each folder may import of ours. Anything not listed is an error: change the table, not the rules below it.
const LEAVES = ["server/(errors|ids|log|clock|config|live-set)[.]ts"];
const SPEC = {
  provider: "server/providers/provider[.]ts",
  tool: "server/tools/tool[.]ts",
  queue: "server/jobs/queue[.]ts",
};
const REGISTRIES = ["server/providers/registry[.]ts", "server/tools/registry[.]ts"];

const MAY_IMPORT = {
  "server/protocol/": [],
  "server/db/": [...LEAVES, "server/protocol/"],
  "server/auth/": [...LEAVES, "server/protocol/", "server/db/"],
  "server/tracing/": [...LEAVES, "server/protocol/", "server/db/"],
  "server/jobs/queue": [...LEAVES, "server/protocol/", "server/db/"],
  "server/blobs/": [...LEAVES, "server/protocol/", "server/db/"],
  "server/outbound/": LEAVES,
  "server/providers/": [...LEAVES, "server/protocol/", "server/outbound/"],
  "server/retrieval/": [
    ...LEAVES,
    "server/protocol/",
    SPEC.provider,
    "server/db/",
    "server/blobs/",
    "server/outbound/",
  ],
  "server/tools/": [...LEAVES, "server/protocol/", "server/retrieval/", SPEC.provider, "server/outbound/"],
  "server/engine/": [...LEAVES, "server/protocol/", SPEC.provider, SPEC.tool, "server/tracing/"],
  "server/services/": [
    ...LEAVES,
    "server/protocol/",
    "server/auth/",
    "server/db/",
    "server/engine/",
    "server/retrieval/",
    "server/tracing/",
    SPEC.queue,
    "server/blobs/",
    "server/outbound/",
    SPEC.provider,
    SPEC.tool,
    ...REGISTRIES,
    "server/tools/[a-z-]+/index[.]ts",
  ],
  "server/jobs/(definitions/|worker)": [...LEAVES, "server/services/", SPEC.queue, "server/jobs/definitions/"],
  "server/api/": [...LEAVES, "server/protocol/", "server/auth/", "server/services/", "server/tracing/"],
  "server/trpc/": [...LEAVES, "server/protocol/", "server/auth/", "server/services/", "server/tracing/"],
  "components/": ["server/protocol/"],
  "app/v1/": ["server/api/"],
  "app/(?!v1/)": ["server/(errors|config)[.]ts", "server/trpc/", "server/auth/", "server/protocol/", "components/"],
};

const OURS = "^(server|app|components|prisma|tests)/";

const tableRules = Object.entries(MAY_IMPORT).map(([folder, allowed]) => {
  const own = folder.startsWith("app/") ? "app/" : folder.replace(/\(.*$/, "");
  const typeOnly = folder === "components/" ? { dependencyTypesNot: ["type-only"] } : {};
  return {
    name: `import-table:${folder}`,
    comment: `${folder} may import only ${allowed.join(", ") || "nothing of ours"}`,
    severity: "error",
    from: { path: `^${folder}`, pathNot: "[.]test[.]tsx?$" },
    to: { path: OURS, pathNot: [own, ...allowed].map((path) => `^${path}`), ...typeOnly },
  };
});

module.exports = {
  forbidden: [
    ...tableRules,
    {
      name: "no-value-cycle",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "adapters-do-not-know-each-other",
      severity: "error",
      from: { path: "^server/providers/([a-z-]+)/", pathNot: "[.]test[.]ts$" },
      to: { path: "^server/providers/[a-z-]+/", pathNot: ["^server/providers/$1/", "^server/providers/shared/"] },
    },
    {
      name: "sql-only-in-db",
      severity: "error",
      from: { path: "^(server|app|components)/", pathNot: ["^server/db/", "[.]test[.]ts$"] },
      to: { path: ["node_modules/(@prisma|prisma|pg|pgvector|@electric-sql)/", "^server/db/generated/"] },
    },
    {
      name: "next-only-at-the-edge",
      severity: "error",
      from: {
        path: "^(server|components)/",
        pathNot: ["^server/main[.]ts$", "^server/auth/", "^components/.*[.]tsx$"],
      },
      to: { path: "node_modules/next/" },
    },
    {
      name: "vendor-sdk-only-in-its-adapter",
      severity: "error",
      from: { path: "^(server|app|components)/", pathNot: ["^server/providers/", "[.]test[.]ts$"] },
      to: { path: "node_modules/(openai|ai|@ai-sdk|@anthropic-ai|@google|@mistralai|cohere-ai)/" },
    },
    {
      name: "not-installed-in-production",
      severity: "error",
      from: { path: "^(server|app|components)/|^instrumentation[.]ts$", pathNot: "[.]test[.]tsx?$" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "unresolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: ["^server-only$", "[.]css$"] },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: "specify",
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["^server/db/generated/", "^[.]next/"] },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      mainFields: ["module", "main", "types"],
    },
  },
};
