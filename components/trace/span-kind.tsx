import { Bot, Database, Library, type LucideIcon, Server, Wrench } from "lucide-react";

interface KindLook {
  label: string;
  icon: LucideIcon;
  bar: string;
  text: string;
}

const looks: Record<string, KindLook> = {
  gateway: { label: "Gateway", icon: Server, bar: "bg-kind-gateway", text: "text-kind-gateway" },
  model: { label: "Model", icon: Bot, bar: "bg-kind-model", text: "text-kind-model" },
  tool: { label: "Tool", icon: Wrench, bar: "bg-kind-tool", text: "text-kind-tool" },
  retrieval: { label: "Retrieval", icon: Library, bar: "bg-kind-retrieval", text: "text-kind-retrieval" },
  storage: { label: "Storage", icon: Database, bar: "bg-kind-storage", text: "text-kind-storage" },
};

const other: KindLook = { label: "Other", icon: Server, bar: "bg-kind-gateway", text: "text-kind-gateway" };

/** How a kind of span looks. */
export function kindLook(kind: string): KindLook {
  return looks[kind] ?? other;
}
