import { answerJson } from "#server/api/answer";
import { answerEventStream } from "#server/api/event-stream";
import { readFirstWords } from "#server/api/first-words";
import type { ApiHandler, ApiRequest } from "#server/api/route";
import { letGo, noteRun, openHold, type RunHold, readRunBody, runHeadersOf } from "#server/api/run-hold";
import { config } from "#server/config";
import { AppError } from "#server/errors";
import { ChatChunkWriter } from "#server/protocol/chat/chunks";
import { isTerminalEvent, type ResponseStreamEvent } from "#server/protocol/events";
import type { ResponseResource } from "#server/protocol/response";
import {
  type ChatCompletionRun,
  createChatCompletion as createChatCompletionService,
  toChatError,
} from "#server/services/chat-completions/create-chat-completion";

/** One run under way: what it says, and what is known of its end. */
class ChatAnswer {
  readonly #run: ChatCompletionRun;
  readonly #hold: RunHold;
  readonly #writer: ChatChunkWriter;
  #spoke = false;
  #broke = false;
  #response: ResponseResource | null = null;

  constructor(run: ChatCompletionRun, hold: RunHold) {
    this.#run = run;
    this.#hold = hold;
    this.#writer = new ChatChunkWriter(run.answer);
  }

  /** Takes note of the events of one upstream read. */
  note(batch: readonly ResponseStreamEvent[]): void {
    for (const event of batch) {
      if (!isTerminalEvent(event)) continue;
      this.#response = event.response;
      if (event.response.usage) this.#hold.allowance?.settle(event.response.usage.total_tokens);
    }
  }

  /** The frames of one upstream read. */
  frame(batch: readonly ResponseStreamEvent[]): string {
    this.note(batch);
    let frames = "";
    for (const event of batch) {
      for (const frame of this.#writer.write(event)) {
        if ("error" in frame) this.#broke = true;
        else this.#spoke = true;
        frames += `data: ${JSON.stringify(frame)}\n\n`;
      }
    }
    return frames;
  }

  /** True once the run has failed without having said anything. */
  get failedInSilence(): boolean {
    return this.#broke && !this.#spoke;
  }

  /** Throws what failed the run, if anything did. */
  check(): void {
    const failure = this.#run.failure();
    if (failure) throw toChatError(failure);
  }

  whole(): object {
    this.check();
    if (!this.#response) throw new AppError("internal_error", "The run ended without a response.");
    return this.#run.complete(this.#response);
  }
}

async function begin(request: ApiRequest, hold: RunHold): Promise<ChatCompletionRun> {
  const body = await readRunBody(request, hold);
  return createChatCompletionService({ ctx: request.ctx, input: { body, ...runHeadersOf(request) } });
}

async function* framesOf(
  answer: ChatAnswer,
  first: string,
  { rest, hold }: { rest: AsyncIterable<ResponseStreamEvent[]>; hold: RunHold },
): AsyncGenerator<string> {
  try {
    if (first !== "") yield first;
    for await (const batch of rest) {
      const frames = answer.frame(batch);
      if (frames !== "") yield frames;
    }
  } finally {
    letGo(hold);
  }
}

/** `POST /v1/chat/completions`: a completion, or chunks as server-sent events when the body says `stream: true`. */
export const createChatCompletion: ApiHandler = async (request) => {
  const hold = openHold();
  let handedOver = false;
  try {
    const run = await begin(request, hold);
    const answer = new ChatAnswer(run, hold);
    if (!run.request.stream) {
      for await (const batch of run.events) answer.note(batch);
      noteRun(request, run);
      return answerJson(request, answer.whole());
    }
    // A provider that refuses does so before it speaks: then the status can still say so.
    const opening = await readFirstWords(run.events, (batch) => answer.frame(batch), config().SSE_HEARTBEAT_SECONDS);
    if (answer.failedInSilence) {
      for await (const batch of opening.rest) answer.note(batch);
      answer.check();
    }
    handedOver = true;
    noteRun(request, run);
    const pending = { add: hold.slot.add, remove: hold.slot.release };
    const frames = framesOf(answer, opening.frames, { rest: opening.rest, hold });
    return await answerEventStream(request, { frames, pending });
  } finally {
    if (!handedOver) letGo(hold);
  }
};
