import { createInterface } from "node:readline/promises";
import { OperationError } from "../operations/operation-error";
import { Declined } from "./declined";

/** Ctrl-C is a "no" too. */
function noAnswer(error: Error): string {
  if (error.name === "AbortError") return "";
  throw error;
}

/** Asks once. "No" is an end of its own kind; without a terminal there is nobody to ask. */
export async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY) throw new OperationError(`${question}\n  There is no terminal to ask on: add --yes.`);
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    if (/^y(es)?$/i.test(await prompt.question(`${question} [y/N] `).catch(noAnswer))) return;
  } finally {
    prompt.close();
  }
  throw new Declined();
}
