import { z } from "zod";

const turn = z.int().min(1).default(1);

export const rotationSchema = z
  .strictObject({
    database: turn.describe(
      "Raised by one, the application gets the other of its two logins, with a new password; the owner and the reader get new ones too.",
    ),
    redis: turn.describe("Raised, every Redis of the stack's own gets a new password, without a restart."),
  })
  .prefault({})
  .describe(
    "Turns of the passwords that Tidemark makes. Another number makes others with one `up`, drops nothing, and shuts the former ones out.",
  );
