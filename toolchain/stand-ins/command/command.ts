import { randomBytes } from "node:crypto";

import { PluginError, type Resource } from "../server/plugin";
import { type Bag, holdsSecret, reveal, Secret, type Value } from "../server/value";
import { commandDiff } from "./diff";
import { type CommandInputs, problemsOf } from "./inputs";
import type { Outcome, Processes } from "./processes";

type State = CommandInputs & { stdout?: string; stderr?: string };

/** `command:local:Command`: a command for each turn in the life of a resource. */
export function commandResource(processes: Processes): Resource {
  return {
    check(news) {
      const given = Object.entries(news).filter(([, value]) => value !== null);
      const inputs: Bag = { addPreviousOutputInEnv: true, ...Object.fromEntries(given) };
      return { inputs, problems: problemsOf(inputs) };
    },

    diff: (_id, state, news) => commandDiff(state, news),

    async create(inputs, { name, log }) {
      const { create, ...its } = reveal(inputs) as State;
      const outcome = create === undefined ? silence : await perform(processes, create, its, inputs["create"], log);
      return { id: name + randomBytes(4).toString("hex"), state: { ...inputs, ...outputs(outcome, inputs) } };
    },

    read: async (id, state, inputs) => ({ id, state, inputs }),

    async update(_id, state, news, { log }) {
      const { stdout, stderr } = reveal(state) as State;
      const before: Bag = { stdout: state["stdout"] ?? "", stderr: state["stderr"] ?? "" };
      const its = { ...(reveal(news) as State), stdout, stderr };
      const which = its.update === undefined ? "create" : "update";
      const command = its[which];
      if (command === undefined) return { ...news, ...before };
      const outcome = await perform(processes, command, its, news[which], log);
      return { ...news, ...outputs(outcome, its.addPreviousOutputInEnv === false ? news : { ...news, ...before }) };
    },

    async delete(_id, state, { log }) {
      const its = reveal(state) as State;
      if (its.delete !== undefined) await perform(processes, its.delete, its, state["delete"], log);
    },
  };
}

const silence = { stdout: "", stderr: "" };

async function perform(
  processes: Processes,
  command: string,
  { interpreter, dir, environment, stdin, logging, addPreviousOutputInEnv, stdout, stderr }: State,
  written: Value | undefined,
  log: (line: string) => void,
): Promise<Pick<Outcome, "stdout" | "stderr">> {
  const previous = addPreviousOutputInEnv === false ? {} : previousOutput(stdout, stderr);
  const outcome = await processes.run({
    argv: [...(interpreter?.length ? interpreter : ["/bin/sh", "-c"]), command],
    dir,
    environment: { ...environment, ...previous },
    stdin,
    onStdout: logging === "none" || logging === "stderr" ? undefined : log,
    onStderr: logging === "none" || logging === "stdout" ? undefined : log,
  });
  if (!outcome.succeeded) {
    const shown = holdsSecret(written) ? "(secret)" : JSON.stringify(shorten(command));
    throw new PluginError(`${outcome.status}: running ${shown}:\n${lastLines(outcome.stderr || outcome.stdout)}`);
  }
  return { stdout: withoutLastNewline(outcome.stdout), stderr: withoutLastNewline(outcome.stderr) };
}

function previousOutput(stdout = "", stderr = ""): Record<string, string> {
  return {
    ...(stdout === "" ? {} : { PULUMI_COMMAND_STDOUT: stdout }),
    ...(stderr === "" ? {} : { PULUMI_COMMAND_STDERR: stderr }),
  };
}

/** A command may print what it was given, so one secret among it makes its whole output secret. */
function outputs({ stdout, stderr }: Pick<Outcome, "stdout" | "stderr">, given: Bag): Bag {
  return holdsSecret(given) ? { stdout: new Secret(stdout), stderr: new Secret(stderr) } : { stdout, stderr };
}

function withoutLastNewline(text: string): string {
  return text.replace(/\n$/, "");
}

function lastLines(text: string): string {
  return text.trimEnd().split("\n").slice(-20).join("\n");
}

function shorten(command: string): string {
  return command.length <= 200 ? command : `${command.slice(0, 199)}…`;
}
