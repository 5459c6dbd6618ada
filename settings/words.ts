import { z } from "zod";

/** A name that can stand in a service's DNS name. */
export const nameOf = (what: string) =>
  z
    .string()
    .regex(/^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/, `is not a name for ${what}`)
    .meta({ title: "name" });

export const argv = z
  .array(z.string())
  .min(1)
  .meta({ title: "command", description: "Program and arguments, one string each; no shell reads them." });

export const environment = z
  .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "is not a variable's name"), z.string())
  .default({});

export const path = z.string().regex(/^\/[^\0]*[^/]$/, "is not an absolute path");

export const placement = z
  .record(z.string(), z.string())
  .optional()
  .meta({ examples: [{ disk: "fast" }] });
