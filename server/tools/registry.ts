import { createFileSearchTool, type FileSearchOptions } from "#server/tools/file-search/file-search";
import type { Tool } from "#server/tools/tool";

/** What the services hand to the hosted tools: everything that reaches storage. */
export interface HostedToolServices {
  fileSearch: FileSearchOptions["search"];
}

/** Request tool types that this server runs itself, each with how its tool is made. */
export const hostedTools = {
  file_search: (services: HostedToolServices): Tool => createFileSearchTool({ search: services.fileSearch }) as Tool,
} satisfies Record<string, (services: HostedToolServices) => Tool>;

export type HostedToolType = keyof typeof hostedTools;

/** True for a request tool type that this server runs itself. */
export function isHostedToolType(type: string): type is HostedToolType {
  return Object.hasOwn(hostedTools, type);
}
