import { OperationError } from "./operation-error";

/** A service's whole specification; of it is named what a one-off changes. */
export interface Specification {
  Name: string;
  TaskTemplate: {
    ContainerSpec: { Command?: string[]; [more: string]: unknown };
    Placement?: { Constraints?: string[]; [more: string]: unknown };
    [more: string]: unknown;
  };
  [more: string]: unknown;
}

export interface OneOffArgs {
  /** Of the stack. */
  prefix: string;
  name: string;
  command: readonly string[];
  /** Ids of the one node that it may run on; none leaves it to Swarm. */
  nodes: readonly string[];
}

/** From the signal to stop until the kill. */
export const GRACE_MS = 10_000;

/** A job with all that a process has: image, secrets, volumes, networks, user, limits, rights, placement. */
export function oneOffSpec(running: Specification, { prefix, name, command, nodes }: OneOffArgs): Specification {
  const { ContainerSpec, Placement, ...template } = running.TaskTemplate;
  const { Args: _, ...its } = ContainerSpec;
  // Not a job's role: those are ended when a killed `up` is repaired, and somebody may be inside this one.
  const labels = { "tidemark.stack": prefix, "tidemark.role": "run" };
  return {
    Name: name,
    Labels: labels,
    // Not Swarm's own kind of job: the task of one goes on when its service is removed, on whichever node that is.
    Mode: { Replicated: { Replicas: 1 } },
    // Nobody asks for it by name, and no virtual address is needed.
    EndpointSpec: { Mode: "dnsrr" },
    TaskTemplate: {
      ...template,
      ForceUpdate: 0,
      RestartPolicy: { Condition: "none" },
      ContainerSpec: {
        ...its,
        Command: behindLauncher(running, command),
        Labels: labels,
        Healthcheck: { Test: ["NONE"] },
        StopGracePeriod: GRACE_MS * 1e6,
      },
      Placement: {
        ...Placement,
        Constraints: [...(Placement?.Constraints ?? []), ...nodes.map((id) => `node.id==${id}`)],
      },
      // All that it writes is to reach who started it; it goes with the container.
      LogDriver: { Name: "json-file", Options: { "max-size": "1g", "max-file": "2" } },
    },
  };
}

/** A command with the environment of a process, on volumes that are looked at as for the process. */
export function behindLauncher({ Name, TaskTemplate }: Specification, command: readonly string[]): string[] {
  const own = TaskTemplate.ContainerSpec.Command ?? [];
  const end = own.indexOf("--");
  if (own[1] !== "/tidemark/launch" || end < 0) {
    throw new OperationError(`${Name} is no process of the application: it has no environment to run a command in.`);
  }
  // Instead of the port and the time for which its connections are waited for.
  return [...own.slice(0, end - 2), "0", "0", "--", ...command];
}
