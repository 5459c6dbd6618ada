/** What `docker info` says of Swarm. */
export interface SwarmInfo {
  LocalNodeState: string;
  ControlAvailable: boolean;
  NodeID: string;
  Error: string;
  RemoteManagers: readonly { Addr: string }[] | null;
}

export interface SwarmSettings {
  /** The address that other nodes reach this one at. @example "10.0.0.4" */
  advertise?: string;
  /** Where networks take their subnets from. @example "10.210.0.0/16" */
  addressPool?: string;
  /** May the node be reached by itself alone? Only a stack that is thrown away may. */
  throwAway: boolean;
}

export type SwarmStep =
  { kind: "ready" } | { kind: "initialise"; args: string[] } | { kind: "refuse"; message: string };

const LOOPBACK = "127.0.0.1";
const PORT = 2377;
const SUBNET_BITS = "24";

/** What is to be done before a stack can be deployed on this node. */
export function swarmStep(info: SwarmInfo, settings: SwarmSettings): SwarmStep {
  switch (info.LocalNodeState) {
    case "active":
      return info.ControlAvailable
        ? { kind: "ready" }
        : refuse(`This node is a worker of another cluster`, workerFix(info));
    case "inactive":
      return initialise(settings);
    case "locked":
      return refuse("Swarm is locked on this node", "Unlock it with its key: docker swarm unlock");
    case "pending":
      return refuse(
        "This node is joining a cluster and has no answer yet",
        "Wait for it, or leave: docker swarm leave",
      );
    default:
      return refuse(
        `Swarm is in the state ${info.LocalNodeState} on this node: ${info.Error || "no reason given"}`,
        "Restart the Docker engine. The last resort, `docker swarm leave --force`, gives up what the cluster held.",
      );
  }
}

function initialise({ advertise, addressPool, throwAway }: SwarmSettings): SwarmStep {
  const address = advertise ?? (throwAway ? LOOPBACK : undefined);
  if (address && isLoopback(address) && !throwAway) {
    return refuse(
      `docker.advertise: ${address}  No other node can ever join at this address.`,
      "Write the address or the interface that other nodes reach this machine at, such as 10.0.0.4 or eth1.",
    );
  }
  return {
    kind: "initialise",
    args: [
      ...(address ? ["--advertise-addr", address] : []),
      // Else the manager's port would be open to the network for a demo.
      ...(address && isLoopback(address) ? ["--listen-addr", `${LOOPBACK}:${PORT}`] : []),
      ...(addressPool ? ["--default-addr-pool", addressPool, "--default-addr-pool-mask-length", SUBNET_BITS] : []),
    ],
  };
}

function isLoopback(address: string): boolean {
  return /^(127\.|localhost(:|$)|\[?::1\]?|lo(:|$))/.test(address);
}

function workerFix({ RemoteManagers }: SwarmInfo): string {
  const managers = (RemoteManagers ?? []).map((one) => one.Addr).join(", ");
  return `Deploy through one of its managers (${managers || "it names none"}), or leave it: docker swarm leave`;
}

function refuse(what: string, fix: string): SwarmStep {
  return { kind: "refuse", message: `${what}\n  ${fix}` };
}
