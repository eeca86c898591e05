export const steps = [
  { id: "account", label: "Account" },
  { id: "provider", label: "Model" },
  { id: "key", label: "API key" },
  { id: "document", label: "Document" },
] as const;

export type StepId = (typeof steps)[number]["id"];

/** The step in the URL, once there is an account: never the first. */
export function stepAfterAccount(value: unknown): StepId {
  return steps.slice(1).find((step) => step.id === value)?.id ?? "provider";
}
