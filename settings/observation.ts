import { z } from "zod";
import { duration } from "./units";

/** Of `release`: how a release is observed once it runs. */
export const observation = {
  watch: duration
    .default("0s")
    .describe(
      "How long a release is observed after the roll: the edge's log and the tasks. `up` lasts so much longer, and a go or no-go is " +
        "written down and told. 0s: not at all.",
    )
    .meta({ examples: ["15m"] }),
  watchAction: z
    .enum(["tell", "rollback"])
    .default("tell")
    .describe("What a no-go does: it is told and written down; or the release before is put back by itself."),
  noGo: z
    .strictObject({
      errors: z.number().min(0).max(1).default(0.01).describe("A greater share of requests answered with 5xx."),
      restarts: z.int().min(0).default(0).describe("More tasks that ended by themselves."),
      lines: z.int().min(0).default(10).describe("More lines of the processes that tell of an error."),
    })
    .prefault({})
    .describe("What makes it a no-go."),
};
