import { z } from "zod";

/** A variable in seconds, read as milliseconds. */
export const seconds = (fallback: number) =>
  z.coerce
    .number()
    .positive()
    .default(fallback)
    .transform((value) => value * 1000);
/** A variable that counts something. */
export const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);
/** A text that may be left out. */
export const optional = z.string().trim().min(1).optional();
/** A switch. */
export const onOff = z.enum(["on", "off"]);
