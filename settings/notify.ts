import { z } from "zod";

export const notifySchema = z
  .strictObject({
    webhook: z.string().describe("The NAME of the secret that holds the webhook's URL."),
    format: z
      .enum(["slack", "mattermost", "discord", "teams", "google-chat", "json"])
      .default("json")
      .describe("Who reads it. `json` is every fact by name, for a program of one's own."),
    template: z
      .string()
      .optional()
      .describe(
        "JSON to send instead, in which {text} {stack} {what} {tag} {former} {who} {why} are filled in, made safe to stand in its texts.",
      )
      .meta({ examples: ['{"chat_id": "42", "text": "{text}"}'] }),
  })
  .optional()
  .describe("Tells a chat, or a program, of releases, rollbacks, fall-backs and maintenance.");

export type Notify = NonNullable<z.output<typeof notifySchema>>;
