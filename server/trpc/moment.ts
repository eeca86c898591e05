import { z } from "zod";

/** A moment in an input: epoch milliseconds, a Date or an ISO string; read as epoch milliseconds. */
export const moment = z
  .union([z.number(), z.date(), z.iso.datetime({ offset: true })])
  .transform((value) => new Date(value).getTime())
  .optional();
