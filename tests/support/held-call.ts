import { chatChunk, chatUsage, type ScriptedUpstream, type UpstreamExchange } from "#tests/support/scripted-upstream";

/** Holds the next upstream call open after its first word, `Hel`, and hands it out once it has arrived. */
export function holdNextCall(upstream: ScriptedUpstream): Promise<UpstreamExchange> {
  return new Promise((resolve) =>
    upstream.script((exchange) => {
      exchange.send(chatChunk({ role: "assistant", content: "Hel" }));
      resolve(exchange);
    }),
  );
}

/** Ends a held call: it has said `Hello`. */
export function finishCall(exchange: UpstreamExchange): void {
  exchange.send(chatChunk({ content: "lo" }));
  exchange.send(chatChunk({}, "stop"));
  exchange.send(chatUsage({ prompt: 3, completion: 2 }));
  exchange.done();
}
