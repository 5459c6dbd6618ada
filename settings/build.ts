import { z } from "zod";
import { environment } from "./words";

/** How an image is made of a git repository. */
export const buildSchema = z.strictObject({
  source: z
    .string()
    .default(".")
    .describe("The git repository that holds the tags.")
    .meta({ examples: ["../shop"] }),
  context: z.string().default(".").describe("The build context, inside the repository."),
  dockerfile: z.string().default("Dockerfile").describe("Inside the context."),
  args: environment.describe("Build arguments. Not for secrets: they stay readable in the image."),
});

export type Build = z.output<typeof buildSchema>;
