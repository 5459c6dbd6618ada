import { z } from "zod";

/** A length of time with its unit in the text: 30 never means seconds here and minutes there. */
export type Duration = `${number}${"s" | "m" | "h" | "d"}`;

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

export const duration = z
  .templateLiteral([z.number().int().nonnegative(), z.enum(["s", "m", "h", "d"])])
  .refine((text) => !text.startsWith("-"), "is negative")
  .meta({ title: "duration", pattern: "^\\d+(s|m|h|d)$", examples: ["30s", "5m", "1h"] });

export const size = z
  .string()
  .regex(/^[1-9]\d*[kmg]$/, "is not a size")
  .meta({ title: "size", examples: ["512m", "2g"] });

export function seconds(text: Duration): number {
  return Number(text.slice(0, -1)) * SECONDS[text.slice(-1) as keyof typeof SECONDS];
}

/** As the docker provider prints a duration: it compares texts, so 60s would differ from its 1m for ever. */
export function canonical(text: Duration): string {
  const total = seconds(text);
  const [h, m, s] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
  const whole = h ? `${h}h${m}m${s}s` : m ? `${m}m${s}s` : `${s}s`;
  return whole.replace(/(?<=m)0s$/, "").replace(/(?<=h)0m$/, "");
}

export function bytes(text: string): number {
  const power = { k: 1, m: 2, g: 3 }[text.slice(-1)] ?? 0;
  return Number(text.slice(0, -1)) * 1024 ** power;
}
