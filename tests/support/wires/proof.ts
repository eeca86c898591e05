import type { ModelEvent } from "#server/providers/provider";
import type { Capability } from "#server/providers/shared/capability";

/** How a wire shows that it has a capability, when it is asked by `CAPABILITY_ASKS`. */
export interface CapabilityProof {
  /**
   * What the body must carry, matched as `toMatchObject` does. Write it by the vendor's SDK's own types
   * (`satisfies Partial<…>`), so that the compiler holds it to what the SDK can send. Absent: nothing to be asked for.
   */
  sent?: object;
  /** Another recording than the capability's own, without its ending. */
  fixture?: string;
  /** Another model of the vendor's, where the usual one lacks it. */
  modelId?: string;
  /** What is heard beyond what every wire must say. */
  heard?(events: ModelEvent[]): void;
}

/** One for every cell that says `yes` or `partly`. */
export type WireProofs = Partial<Record<Capability, CapabilityProof>>;
