import { AppError } from "#server/errors";
import type { LanguageModel, ModelQuestion } from "#server/providers/provider";
import { createProvider } from "#server/providers/registry";
import type { ModelTarget } from "#server/services/models/choose-target";
import { peekModel } from "#server/services/models/known-models";
import { factsOf } from "#server/services/models/price";

/** What a model is known to take, `text`, `image`, `audio`, …; null when nobody says. */
export function inputsOf({ connection, modelId }: ModelTarget): readonly string[] | null {
  return factsOf(connection, modelId, peekModel(connection, modelId)).modalities?.input ?? null;
}

function isHeard({ input }: ModelQuestion): boolean {
  return input.some((item) => item.type === "message" && item.content.some((part) => part.type === "audio"));
}

function deafness(target: ModelTarget, question: ModelQuestion): AppError | null {
  const takes = inputsOf(target);
  if (takes === null || takes.includes("audio") || !isHeard(question)) return null;
  const name = `${target.connection.name}/${target.modelId}`;
  const message = `Unsupported parameter: 'input' has audio. The model '${name}' takes no audio; it takes ${takes.join(", ")}.`;
  return new AppError("unsupported_parameter", message, { param: "input" });
}

/** The model of a target. It refuses sound where it is known not to hear, whatever its provider's wire has place for. */
export function openModel(target: ModelTarget): LanguageModel {
  const model = createProvider(target.connection).languageModel(target.modelId);
  return {
    modelId: model.modelId,
    get tellsSettings() {
      return model.tellsSettings ?? false;
    },
    stream: (request) => model.stream(request),
    runsTools: async (signal) => (await model.runsTools?.(signal)) ?? false,
    refusal: async (question, signal) => (await model.refusal?.(question, signal)) ?? deafness(target, question),
  };
}
