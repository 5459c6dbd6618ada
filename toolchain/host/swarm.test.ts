import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Docker, DockerError } from "../../operations/docker";
import { ensureSwarm, INITIALISED_LABEL } from "./swarm";

describe("Swarm", () => {
  const inactive = { LocalNodeState: "inactive", ControlAvailable: false, NodeID: "", Error: "", RemoteManagers: null };
  const active = { ...inactive, LocalNodeState: "active", ControlAvailable: true, NodeID: "node1" };

  /** A docker that answers `info` in turn and writes down what else it is asked. */
  function recorded(infos: object[], init: () => string): { docker: Docker; asked: string[] } {
    const asked: string[] = [];
    const docker = async (args: readonly string[]): Promise<string> => {
      if (args[0] === "info") return JSON.stringify(infos.length > 1 ? infos.shift() : infos[0]);
      asked.push(args.join(" "));
      return args[1] === "init" ? init() : "";
    };
    return { docker, asked };
  }

  it("that we initialise is marked on its node", async () => {
    const { docker, asked } = recorded([inactive, active], () => "");
    assert.deepEqual(await ensureSwarm(docker, { throwAway: false, advertise: "10.0.0.4" }), {
      nodeId: "node1",
      initialised: true,
    });
    assert.deepEqual(asked, [
      "swarm init --advertise-addr 10.0.0.4",
      `node update --label-add ${INITIALISED_LABEL}=true node1`,
    ]);
  });

  it("that another process initialises at the same moment is used, and is not marked as ours", async () => {
    const { docker, asked } = recorded([inactive, active], () => {
      throw new DockerError(["swarm", "init"], "Error: This node is already part of a swarm.", 1);
    });
    assert.equal((await ensureSwarm(docker, { throwAway: true })).initialised, false);
    assert.equal(asked.length, 1);
  });

  it("on a machine with several addresses asks for one", async () => {
    const said = "Error: could not choose an IP address to advertise since this system has multiple addresses";
    const { docker } = recorded([inactive], () => {
      throw new DockerError(["swarm", "init"], said, 1);
    });
    await assert.rejects(ensureSwarm(docker, { throwAway: false }), /several addresses[\s\S]*docker\.advertise/);
  });
});
