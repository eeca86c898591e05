import { CreateApiKeyInput, createApiKey } from "#server/services/api-keys/create-api-key";
import { ListApiKeysInput, listApiKeys } from "#server/services/api-keys/list-api-keys";
import { RevokeApiKeyInput, revokeApiKey } from "#server/services/api-keys/revoke-api-key";
import { UpdateApiKeyInput, updateApiKey } from "#server/services/api-keys/update-api-key";
import { router, teamProcedure } from "#server/trpc/trpc";

export const apiKeysRouter = router({
  list: teamProcedure("apiKeys.read").input(ListApiKeysInput).query(listApiKeys),
  create: teamProcedure("apiKeys.write").input(CreateApiKeyInput).mutation(createApiKey),
  update: teamProcedure("apiKeys.write").input(UpdateApiKeyInput).mutation(updateApiKey),
  revoke: teamProcedure("apiKeys.write").input(RevokeApiKeyInput).mutation(revokeApiKey),
});
