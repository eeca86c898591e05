import { acts, type EndpointFields, passes, refuses } from "#server/protocol/fields/field-report";

const PROVIDERS = "Given to providers that have it.";
const CACHE = "Given to providers with OpenAI's wire.";
const MODERATION =
  "Given to providers with OpenAI's wire, and refused for all others. What the provider finds stands in the completion, and in a chunk of its own before the usage.";
const LENGTH = "Given to the provider; one of the two.";

export const chatFields: EndpointFields = {
  route: "POST /v1/chat/completions",
  fields: {
    model: acts("As above."),
    messages: acts(
      "All roles. Content as a string or as parts `text`, `image_url`, `input_audio`, `file` (user), `text` and `refusal` (assistant), `text` and `image_url` (tool). `name` reaches providers that speak chat completions; `reasoning_content` of an assistant message those that want it back.",
    ),
    tools: acts("Function and custom tools. `strict` left out is false, unlike in the Responses API."),
    tool_choice: acts("All forms."),
    parallel_tool_calls: acts("Given to the provider, and enforced here."),
    functions: acts("Read as tools that are called one at a time; the answer has `function_call`."),
    function_call: acts("Read as the choice of such a tool."),
    response_format: acts("`text`, `json_object`, `json_schema`."),
    stream: acts(
      "`[DONE]` ends every stream. A provider that fails before its first word is told by the status, later by an error frame.",
    ),
    "stream_options.include_usage": acts("A last chunk holds the usage."),
    "stream_options.include_obfuscation": acts("True unless given: chunks are padded."),
    max_completion_tokens: passes(100, LENGTH),
    max_tokens: passes(100, LENGTH),
    stop: passes(["END"], "Given to providers that have it; the built-in models honour it."),
    seed: passes(7, PROVIDERS),
    logit_bias: passes({ "1": 5 }, PROVIDERS),
    temperature: passes(0.5, PROVIDERS),
    top_p: passes(0.9, PROVIDERS),
    presence_penalty: passes(0.5, PROVIDERS),
    frequency_penalty: passes(0.5, PROVIDERS),
    reasoning_effort: passes("high", PROVIDERS),
    verbosity: passes("low", PROVIDERS),
    logprobs: passes(true, PROVIDERS),
    top_logprobs: passes(3, PROVIDERS, { logprobs: true }),
    prediction: passes({ type: "content", content: "As before." }, "Given to providers that speak chat completions."),
    service_tier: passes("flex", PROVIDERS),
    prompt_cache_key: passes("key", PROVIDERS),
    safety_identifier: passes("somebody", PROVIDERS),
    prompt_cache_retention: passes("24h", CACHE),
    prompt_cache_options: passes({ ttl: "30m", mode: "implicit" }, CACHE),
    user: passes("somebody", `${CACHE} Kept with stored completions as \`input_user\`.`),
    store: acts(
      "False unless given. Left out, the run's trace keeps its content as the key allows; with an explicit `false`, nothing is kept.",
    ),
    metadata: acts("Kept with stored completions."),
    n: refuses(2, "One choice is made: 1 is taken, more is refused."),
    modalities: refuses(["text", "audio"], "Answers are text: `text` is taken, `audio` is refused."),
    audio: refuses({ voice: "alloy", format: "wav" }, "Answers are text."),
    web_search_options: acts(
      "The model may search the web, here or at its provider, as with the [tool](#web-search) of the Responses API. The answer's `annotations` cite its pages.",
    ),
    moderation: passes({ model: "omni-moderation-latest" }, MODERATION),
  },
};

export const embeddingFields: EndpointFields = {
  route: "POST /v1/embeddings",
  fields: {
    model: acts("Required; found as language models are, aliases and `x-model-provider` included."),
    input: acts(
      "A string, up to 2,048 strings, tokens, or arrays of tokens; tokens only for models whose encoding is known (OpenAI's).",
    ),
    encoding_format: acts("`float`, or `base64` of little-endian 32-bit floats."),
    dimensions: passes(8, "Asked of the provider; `builtin/hash-1024` makes any number up to 1,024."),
    user: passes("somebody", CACHE),
  },
};
