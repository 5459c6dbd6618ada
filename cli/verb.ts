import type { Command } from "commander";

/** Adds itself to the program. */
export type Verb = (program: Command) => void;
