import { chatFields, embeddingFields } from "#server/protocol/fields/chat-fields";
import type { EndpointFields } from "#server/protocol/fields/field-report";
import { compactFields, inputTokensFields, responseFields } from "#server/protocol/fields/response-fields";
import { storageFields } from "#server/protocol/fields/storage-fields";

/** Every request body of OpenAI's contract that this server takes, field by field: `docs/compatibility.md` shows it. */
export const ALL_FIELDS: readonly EndpointFields[] = [
  responseFields,
  compactFields,
  inputTokensFields,
  chatFields,
  embeddingFields,
  ...storageFields,
];
