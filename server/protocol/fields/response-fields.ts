import { acts, type EndpointFields, idles, passes, refuses } from "#server/protocol/fields/field-report";

const PROVIDERS = "Given to providers that have it.";
const CACHE = "Given to providers with OpenAI's wire.";
const MODERATION =
  "Given to providers with OpenAI's wire, and refused for all others. What the provider finds stands in the response.";
const RETENTION = passes("24h", CACHE);
const OPTIONS = passes({ ttl: "30m", mode: "implicit" }, CACHE);
const TIER = passes("flex", `${PROVIDERS} The tier that a provider says it served stands in the response.`);

export const responseFields: EndpointFields = {
  route: "POST /v1/responses",
  fields: {
    model: acts(
      "Team alias, whose models are asked in turn; `connection/model` or `connection@model`; a plain name with header `x-model-provider`; a plain name that one connection lists. Absent: the team's default.",
    ),
    input: acts(
      "A string, or items of any shape that clients send: messages with or without `type`, output items of earlier responses, `item_reference`, outputs of function calls as a string or content parts. Images, files and sound: see [below](#images-files-and-sound).",
    ),
    instructions: acts("Stand before everything else, for this response only."),
    previous_response_id: acts("Carries items on; instructions and tools are those of the new request."),
    conversation: acts(
      "The items of the conversation come first; input and output are appended in one piece when the response is completed or incomplete, and in the order in which responses end. Nothing is appended after a failure or when the caller leaves. Refused beside `previous_response_id`, and for responses that are not stored.",
    ),
    prompt: acts(
      "`id`, `version` (default: the prompt's default version), `variables` (text, `input_text`, `input_image`, `input_file`). The template's fields apply where the request is silent; its messages stand before everything else and, like instructions, belong to no history.",
    ),
    truncation: acts(
      "`disabled`: input that is longer than the model's window is refused (400 `context_length_exceeded`) before the provider is asked, where the window is known; a count by another model's tokenizer refuses only what is a quarter too long. `auto`: the oldest turns are left out, whole; system and developer messages and the last turn stay.",
    ),
    context_management: acts(
      "`compaction` at `compact_threshold` tokens (default: 80 % of the model's window): the model summarises what came before, the output begins with a `compaction` item, and later turns go on from it. User messages stay word for word while they take at most a quarter of the threshold.",
    ),
    metadata: acts("Kept with the response, and shown."),
    store: acts("`false` keeps nothing of the response once it has ended."),
    stream: acts("Server-sent events."),
    "stream_options.include_obfuscation": acts(
      "True unless declined: deltas are padded to multiples of 16 characters.",
    ),
    background: acts(
      "Answered at once as `queued`, or streamed from `response.queued` on; runs on any node, also after the caller left. See [below](#background-responses).",
    ),
    tools: acts(
      "`function`, `custom` (text or grammar), `file_search`, `mcp` ([below](#mcp-servers)), `code_interpreter` ([below](#code-interpreter)), `web_search` ([below](#web-search)), `agentic_search` (ours), and what the team has saved, with `think` ([below](#saved-tools)); `local_shell`, `shell`, `apply_patch`, `computer`, `computer_use_preview` and `tool_search`, which the client runs ([below](#tools-that-the-client-runs)); `image_generation` ([below](#images)); OpenAI's other types where the model's provider runs them itself ([below](#tools-that-a-provider-runs-itself)), else refused. What a function or custom tool says of `defer_loading` holds beside a `tool_search` that the client runs; that, `allowed_callers` and `output_schema` are given to providers that speak the Responses API.",
    ),
    tool_choice: acts(
      "All forms. `required` or a named tool holds for the first model call of a response, so that it can end.",
    ),
    max_tool_calls: acts(
      "Counts calls of hosted tools over the whole response; further ones are answered to the model as over the limit.",
    ),
    parallel_tool_calls: acts("Given to the provider, and enforced here."),
    include: acts(
      "`file_search_call.results`, `web_search_call.results`, `web_search_call.action.sources`, `code_interpreter_call.outputs`, `reasoning.encrypted_content`, `message.output_text.logprobs`; the other values are given to providers that run tools.",
    ),
    "text.format": acts("`text`, `json_object`, `json_schema`."),
    "text.verbosity": passes("low", PROVIDERS),
    "reasoning.effort": passes("high", PROVIDERS),
    "reasoning.summary": passes("detailed", PROVIDERS),
    "reasoning.generate_summary": acts("The older name of `reasoning.summary`."),
    "reasoning.mode": passes("pro", "Given to providers that speak the Responses API."),
    "reasoning.context": passes("all_turns", "Given to providers that speak the Responses API."),
    max_output_tokens: passes(100, "Given to the provider; over the model calls of one response, what is left of it."),
    temperature: passes(0.5, PROVIDERS),
    top_p: passes(0.9, PROVIDERS),
    presence_penalty: passes(0.5, PROVIDERS),
    frequency_penalty: passes(0.5, PROVIDERS),
    top_logprobs: passes(3, 'Given to providers that have it, with `include: ["message.output_text.logprobs"]`.', {
      include: ["message.output_text.logprobs"],
    }),
    service_tier: TIER,
    prompt_cache_key: passes("key", PROVIDERS),
    safety_identifier: passes("somebody", PROVIDERS),
    prompt_cache_retention: RETENTION,
    prompt_cache_options: OPTIONS,
    user: passes("somebody", CACHE),
    moderation: passes({ model: "omni-moderation-latest" }, MODERATION),
  },
};

const UNCOUNTED = "Changes no count.";

export const inputTokensFields: EndpointFields = {
  route: "POST /v1/responses/input_tokens",
  fields: {
    model: acts("As above; its tokenizer counts."),
    input: acts("Counted."),
    previous_response_id: acts("Its history is counted."),
    conversation: acts("Its items are counted."),
    instructions: acts("Counted."),
    tools: acts("Counted as models are shown them."),
    text: acts("The schema of `format` is counted."),
    tool_choice: idles("auto", UNCOUNTED),
    parallel_tool_calls: idles(false, UNCOUNTED),
    reasoning: idles({ effort: "low" }, UNCOUNTED),
    truncation: idles("auto", `${UNCOUNTED} All is counted, also what would be left out.`),
    personality: refuses("friendly", "What OpenAI would add to the input for it is not known here."),
  },
};

export const compactFields: EndpointFields = {
  route: "POST /v1/responses/compact",
  fields: {
    model: acts("Required; it summarises."),
    input: acts("As above."),
    instructions: acts("Told to the summarising model as what holds in the conversation."),
    previous_response_id: acts("Its history comes before the input."),
    service_tier: TIER,
    prompt_cache_key: passes("key", PROVIDERS),
    prompt_cache_retention: RETENTION,
    prompt_cache_options: OPTIONS,
  },
};
