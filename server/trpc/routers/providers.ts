import { CreateProviderInput, createProvider } from "#server/services/providers/create-provider";
import { listProviderKinds } from "#server/services/providers/list-provider-kinds";
import { listProviders } from "#server/services/providers/list-providers";
import { RemoveProviderInput, removeProvider } from "#server/services/providers/remove-provider";
import { RotateProviderKeyInput, rotateProviderKey } from "#server/services/providers/rotate-provider-key";
import { TestProviderInput, testProvider } from "#server/services/providers/test-provider";
import { UpdateProviderInput, updateProvider } from "#server/services/providers/update-provider";
import { router, teamProcedure } from "#server/trpc/trpc";

export const providersRouter = router({
  list: teamProcedure("providers.read").query(listProviders),
  kinds: teamProcedure("providers.read").query(listProviderKinds),
  create: teamProcedure("providers.manage").input(CreateProviderInput).mutation(createProvider),
  update: teamProcedure("providers.manage").input(UpdateProviderInput).mutation(updateProvider),
  rotate: teamProcedure("providers.manage").input(RotateProviderKeyInput).mutation(rotateProviderKey),
  remove: teamProcedure("providers.manage").input(RemoveProviderInput).mutation(removeProvider),
  test: teamProcedure("providers.manage").input(TestProviderInput).mutation(testProvider),
});
