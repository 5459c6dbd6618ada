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
  if (/^y(es)?$/i.test(await asked(question, "[y/N]"))) return;
  throw new Declined();
}

/** For what is not to be done by a habit of the hand: its name is typed. */
export async function confirmName(question: string, name: string): Promise<void> {
  if ((await asked(question, `Type ${name}:`)).trim() === name) return;
  throw new Declined();
}

async function asked(question: string, how: string): Promise<string> {
  if (!process.stdin.isTTY) throw new OperationError(`${question}\n  There is no terminal to ask on: add --yes.`);
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await prompt.question(`${question} ${how} `).catch(noAnswer);
  } finally {
    prompt.close();
  }
}
