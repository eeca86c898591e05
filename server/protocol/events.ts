import type {
  Annotation,
  Logprob,
  OutputTextPart,
  ReasoningTextPart,
  RefusalPart,
  SummaryTextPart,
} from "#server/protocol/content";
import type { WireError } from "#server/protocol/error";
import type { HostedCallItem, OutputItem } from "#server/protocol/items";
import type { ResponseResource } from "#server/protocol/response";
import type { VendorItemEvent } from "#server/protocol/vendor-items";

export type StreamedPart = OutputTextPart | RefusalPart | ReasoningTextPart;

interface OfItem {
  item_id: string;
  output_index: number;
}
interface OfPart extends OfItem {
  content_index: number;
}
interface OfSummary extends OfItem {
  summary_index: number;
}

export interface LifecycleEvent {
  type:
    | "response.created"
    | "response.queued"
    | "response.in_progress"
    | "response.completed"
    | "response.incomplete"
    | "response.failed";
  response: ResponseResource;
}
export interface OutputItemEvent {
  type: "response.output_item.added" | "response.output_item.done";
  output_index: number;
  item: OutputItem;
}
export interface ContentPartEvent extends OfPart {
  type: "response.content_part.added" | "response.content_part.done";
  part: StreamedPart;
}
export interface OutputTextDeltaEvent extends OfPart {
  type: "response.output_text.delta";
  delta: string;
  logprobs: Logprob[];
}
export interface OutputTextDoneEvent extends OfPart {
  type: "response.output_text.done";
  text: string;
  logprobs: Logprob[];
}
export interface AnnotationAddedEvent extends OfPart {
  type: "response.output_text.annotation.added";
  annotation_index: number;
  annotation: Annotation;
}
export interface RefusalDeltaEvent extends OfPart {
  type: "response.refusal.delta";
  delta: string;
}
export interface RefusalDoneEvent extends OfPart {
  type: "response.refusal.done";
  refusal: string;
}
export interface ReasoningTextDeltaEvent extends OfPart {
  type: "response.reasoning_text.delta";
  delta: string;
}
export interface ReasoningTextDoneEvent extends OfPart {
  type: "response.reasoning_text.done";
  text: string;
}
export interface SummaryPartEvent extends OfSummary {
  type: "response.reasoning_summary_part.added" | "response.reasoning_summary_part.done";
  part: SummaryTextPart;
}
export interface SummaryTextDeltaEvent extends OfSummary {
  type: "response.reasoning_summary_text.delta";
  delta: string;
}
export interface SummaryTextDoneEvent extends OfSummary {
  type: "response.reasoning_summary_text.done";
  text: string;
}
export interface ArgumentsDeltaEvent extends OfItem {
  type: "response.function_call_arguments.delta";
  delta: string;
}
export interface ArgumentsDoneEvent extends OfItem {
  type: "response.function_call_arguments.done";
  name: string;
  arguments: string;
}
export interface CustomInputDeltaEvent extends OfItem {
  type: "response.custom_tool_call_input.delta";
  delta: string;
}
export interface CustomInputDoneEvent extends OfItem {
  type: "response.custom_tool_call_input.done";
  input: string;
}

export type HostedCallPhase = "in_progress" | "searching" | "completed";
export interface HostedCallEvent extends OfItem {
  type: `response.${HostedCallItem["type"]}.${HostedCallPhase}`;
}
/** A failure after the stream began. The fields stand flat and nested, since clients read one or the other. */
export interface ErrorEvent {
  type: "error";
  error: WireError;
  code: string | null;
  message: string;
  param: string | null;
}

/** What a run says, in the neutral form: the default dialect's names, without a sequence number. */
export type ResponseEvent =
  | LifecycleEvent
  | OutputItemEvent
  | ContentPartEvent
  | OutputTextDeltaEvent
  | OutputTextDoneEvent
  | AnnotationAddedEvent
  | RefusalDeltaEvent
  | RefusalDoneEvent
  | ReasoningTextDeltaEvent
  | ReasoningTextDoneEvent
  | SummaryPartEvent
  | SummaryTextDeltaEvent
  | SummaryTextDoneEvent
  | ArgumentsDeltaEvent
  | ArgumentsDoneEvent
  | CustomInputDeltaEvent
  | CustomInputDoneEvent
  | HostedCallEvent
  | VendorItemEvent
  | ErrorEvent;

/** An event as a client receives it: numbered 0, 1, 2 … within its response. */
export type ResponseStreamEvent = ResponseEvent & { sequence_number: number };

/** Gives the events their numbers, in place, beginning with `next`. Returns the number after the last. */
export function numberEvents(events: readonly ResponseEvent[], next: number): number {
  let number = next;
  for (const event of events) {
    const numbered: ResponseEvent & { sequence_number?: number } = event;
    numbered.sequence_number = number++;
  }
  return number;
}

/** True for the event that ends a stream. */
export function isTerminalEvent(event: ResponseEvent): event is LifecycleEvent {
  return (
    event.type === "response.completed" || event.type === "response.incomplete" || event.type === "response.failed"
  );
}
