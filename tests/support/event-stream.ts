import { EventStreamCodec } from "@smithy/eventstream-codec";

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(typeof bytes === "string" ? bytes : Uint8Array.from(bytes)).toString("utf8"),
  (text) => Buffer.from(text, "utf8"),
);
const LENGTH_BYTES = 4;

/** One event of AWS's event stream: an event of that name or, with `exception`, an error that ends the stream. */
export type StreamFrame = { event: string; data: unknown } | { exception: string; data: unknown };

/** One message of `application/vnd.amazon.eventstream`; `payload` as it is sent. */
export function encodeFrame(kind: { event: string } | { exception: string }, payload: string): Buffer {
  const [type, name] = "event" in kind ? ["event", kind.event] : ["exception", kind.exception];
  return Buffer.from(
    codec.encode({
      headers: {
        [`:${type}-type`]: { type: "string", value: name },
        ":content-type": { type: "string", value: "application/json" },
        ":message-type": { type: "string", value: type },
      },
      body: Buffer.from(payload, "utf8"),
    }),
  );
}

/** A stream of messages, as Bedrock sends it. */
export function encodeFrames(frames: readonly StreamFrame[]): Buffer {
  return Buffer.concat(frames.map((frame) => encodeFrame(frame, JSON.stringify(frame.data))));
}

/** The messages of a stream, each with its lengths and checksums. */
export function splitFrames(stream: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at + LENGTH_BYTES <= stream.length; at += stream.readUInt32BE(at)) {
    frames.push(stream.subarray(at, at + stream.readUInt32BE(at)));
  }
  return frames;
}
