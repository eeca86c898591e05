/** How a server may be told who asks: an account by OAuth, or a header with a secret. */
export type PresetCredential =
  | { type: "oauth"; needsClient: boolean }
  | { type: "header"; header: string; prefix: string; optional: boolean; where: string };

/** A server that is easily saved. */
export interface McpPreset {
  /** A label to begin with. */
  name: string;
  title: string;
  description: string;
  url: string;
  /** The ways that it knows, the simplest first; none: it asks for nothing. */
  credentials: readonly PresetCredential[];
}

const REGISTERS = { type: "oauth", needsClient: false } as const;

/** Well-known servers, at the addresses that their makers publish. */
export const MCP_PRESETS: readonly McpPreset[] = [
  {
    name: "github",
    title: "GitHub",
    description: "Repositories, issues, pull requests and code of GitHub.",
    url: "https://api.githubcopilot.com/mcp/",
    credentials: [
      {
        ...{ type: "header", header: "authorization", prefix: "Bearer ", optional: false },
        where: "A personal access token: github.com, Settings, Developer settings.",
      },
      // GitHub registers no clients by itself: an OAuth app of one's own is needed.
      { type: "oauth", needsClient: true },
    ],
  },
  {
    name: "context7",
    title: "Context7",
    description: "Documentation of libraries, in the version that is asked about.",
    url: "https://mcp.context7.com/mcp",
    credentials: [
      {
        ...{ type: "header", header: "context7_api_key", prefix: "", optional: true },
        where: "An API key, for more requests: context7.com, Dashboard.",
      },
    ],
  },
  {
    name: "sentry",
    title: "Sentry",
    description: "Errors, issues and traces of Sentry's projects.",
    url: "https://mcp.sentry.dev/mcp",
    credentials: [REGISTERS],
  },
  {
    name: "linear",
    title: "Linear",
    description: "Issues, projects and comments of Linear.",
    url: "https://mcp.linear.app/mcp",
    credentials: [REGISTERS],
  },
  {
    name: "notion",
    title: "Notion",
    description: "Pages and databases of a Notion workspace.",
    url: "https://mcp.notion.com/mcp",
    credentials: [REGISTERS],
  },
];
