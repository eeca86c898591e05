import { AppError } from "#server/errors";
import type { Connection } from "#server/providers/provider";

/**
 * The key to give to a package. Without one the packages look into this process's environment, where the operator's
 * own keys are, so a connection that has none goes nowhere.
 * @throws AppError provider_auth_error
 */
export function keyOf({ name, apiKey }: Connection): string {
  if (apiKey !== null && apiKey.trim() !== "") return apiKey;
  throw new AppError("provider_auth_error", `The connection "${name}" has no key. Give it one to use this provider.`, {
    detail: { provider: name },
  });
}
