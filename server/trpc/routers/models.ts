import { CreateModelRouteInput, createModelRoute } from "#server/services/models/create-model-route";
import { listModelRoutes } from "#server/services/models/list-model-routes";
import { listPickerModels } from "#server/services/models/list-picker-models";
import { RemoveModelRouteInput, removeModelRoute } from "#server/services/models/remove-model-route";
import { UpdateModelRouteInput, updateModelRoute } from "#server/services/models/update-model-route";
import { router, teamProcedure } from "#server/trpc/trpc";

export const modelsRouter = router({
  list: teamProcedure("models.read").query(listPickerModels),
  routes: teamProcedure("models.read").query(listModelRoutes),
  createRoute: teamProcedure("models.manage").input(CreateModelRouteInput).mutation(createModelRoute),
  updateRoute: teamProcedure("models.manage").input(UpdateModelRouteInput).mutation(updateModelRoute),
  removeRoute: teamProcedure("models.manage").input(RemoveModelRouteInput).mutation(removeModelRoute),
});
