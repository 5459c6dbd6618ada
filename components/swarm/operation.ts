import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { operationsInterpreter, type Scope } from "./scope";

export interface OperationArgs {
  scope: Scope;
  /** Which of operations/main.ts. */
  operation: string;
  /** What it is handed, as JSON on standard input. No secret: it names Swarm's secrets instead. */
  order: pulumi.Input<object>;
  /** It runs again when the order changes, or one of these. @default none */
  triggers?: pulumi.Input<unknown>[];
  /** What failed is forgotten, so that the next run does it again whatever it is handed. @default false */
  forgetFailure?: boolean;
}

/** Work done at deploy time: one run of an operation, its log streamed, its evidence kept. */
export class Operation extends command.local.Command {
  constructor(name: string, args: OperationArgs, opts?: Omit<pulumi.CustomResourceOptions, "deleteBeforeReplace">) {
    super(
      `${name}-run`,
      {
        interpreter: operationsInterpreter,
        create: args.operation,
        stdin: pulumi.output(args.order).apply((order) => JSON.stringify(order)),
        environment: { DOCKER_HOST: args.scope.host },
        triggers: args.triggers ?? [],
        logging: command.local.Logging.Stderr,
        // What it said last time is nothing to it, and Linux starts no process with a variable of more than 128 KiB.
        addPreviousOutputInEnv: false,
      },
      { ...opts, ...(args.forgetFailure && { deleteBeforeReplace: true }) },
    );
  }

  /** One line of JSON. */
  get evidence(): pulumi.Output<string> {
    return this.stdout;
  }
}
