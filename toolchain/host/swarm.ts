import { type Docker, DockerError } from "../../operations/docker";
import { OperationError } from "../../operations/operation-error";
import { type SwarmInfo, type SwarmSettings, swarmStep } from "./swarm-step";

/** On the node whose Swarm was initialised by us: only there may it be given up with the last stack. */
export const INITIALISED_LABEL = "tidemark.initialised";

export interface Swarm {
  nodeId: string;
  /** Was it initialised just now? */
  initialised: boolean;
}

/** A Swarm that this node manages; initialised where there is none. */
export async function ensureSwarm(docker: Docker, settings: SwarmSettings): Promise<Swarm> {
  const step = swarmStep(await swarmInfo(docker), settings);
  if (step.kind === "refuse") throw new OperationError(step.message);
  if (step.kind === "ready") return { nodeId: (await swarmInfo(docker)).NodeID, initialised: false };
  const initialised = await initialise(docker, step.args);
  const { NodeID: nodeId } = await swarmInfo(docker);
  if (initialised) await docker(["node", "update", "--label-add", `${INITIALISED_LABEL}=true`, nodeId]);
  return { nodeId, initialised };
}

async function swarmInfo(docker: Docker): Promise<SwarmInfo> {
  return JSON.parse(await docker(["info", "--format", "{{json .Swarm}}"])) as SwarmInfo;
}

/** False when another process was faster. */
async function initialise(docker: Docker, args: readonly string[]): Promise<boolean> {
  try {
    await docker(["swarm", "init", ...args]);
    return true;
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    if (/already part of a swarm/i.test(error.said)) return false;
    if (!/could not choose an IP address/i.test(error.said)) throw error;
    throw new OperationError(
      [
        "Swarm cannot be initialised: this machine has several addresses",
        `  ${error.said.trim().split("\n")[0]}`,
        "  Say which one other nodes reach it at: docker.advertise, an address or an interface such as eth1.",
      ].join("\n"),
    );
  }
}
