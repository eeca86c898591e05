import type { Inputs } from "#components/trpc/client";

type RoleName = Inputs["team"]["updateMember"]["role"];

/** Every role with what it is for, the most powerful first. */
export const roleOptions: readonly { value: RoleName; label: string; hint: string }[] = [
  { value: "owner", label: "Owner", hint: "Everything, other owners included" },
  { value: "admin", label: "Admin", hint: "Members, providers and everybody’s keys" },
  { value: "developer", label: "Developer", hint: "Own keys, playground, documents, traces" },
  { value: "editor", label: "Editor", hint: "Documents and playground" },
  { value: "viewer", label: "Viewer", hint: "Looks, changes nothing" },
];
