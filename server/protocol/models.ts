import { z } from "zod";

/** A model: OpenAI's four keys, and what is known beside them. null: nobody says. */
export const ModelSchema = z
  .object({
    id: z.string(),
    object: z.literal("model"),
    created: z.int(),
    owned_by: z.string(),
    kind: z.enum(["language", "embedding", "unknown"]),
    context_window: z.int().nullable().describe("In tokens"),
    max_output_tokens: z.int().nullable(),
    modalities: z.object({ input: z.array(z.string()).readonly(), output: z.array(z.string()).readonly() }).nullable(),
    prices: z
      .object({
        currency: z.literal("USD"),
        per_tokens: z.literal(1_000_000),
        input: z.number(),
        cached_input: z.number(),
        output: z.number(),
      })
      .nullable(),
    description: z.string().optional(),
  })
  .meta({ id: "Model" });
export type ModelObject = z.infer<typeof ModelSchema>;
