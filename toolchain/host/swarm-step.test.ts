import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type SwarmInfo, swarmStep } from "./swarm-step";

const INACTIVE: SwarmInfo = {
  LocalNodeState: "inactive",
  ControlAvailable: false,
  NodeID: "",
  Error: "",
  RemoteManagers: null,
};

function message(info: Partial<SwarmInfo>, settings = {}): string {
  const step = swarmStep({ ...INACTIVE, ...info }, { throwAway: false, ...settings });
  assert.equal(step.kind, "refuse");
  return step.kind === "refuse" ? step.message : "";
}

describe("Swarm on a node", () => {
  it("is used as it is where this node manages one", () =>
    assert.deepEqual(
      swarmStep(
        { ...INACTIVE, LocalNodeState: "active", ControlAvailable: true },
        { throwAway: false, advertise: "10.0.0.4" },
      ),
      { kind: "ready" },
    ));

  it("is initialised on loopback for a throw-away stack, its manager's port too", () =>
    assert.deepEqual(swarmStep(INACTIVE, { throwAway: true }), {
      kind: "initialise",
      args: ["--advertise-addr", "127.0.0.1", "--listen-addr", "127.0.0.1:2377"],
    }));

  it("is initialised with the address and the pool of the settings", () =>
    assert.deepEqual(swarmStep(INACTIVE, { throwAway: false, advertise: "eth1", addressPool: "10.210.0.0/16" }), {
      kind: "initialise",
      args: [
        "--advertise-addr",
        "eth1",
        "--default-addr-pool",
        "10.210.0.0/16",
        "--default-addr-pool-mask-length",
        "24",
      ],
    }));

  it("finds its address itself where none is set and the stack is kept", () =>
    assert.deepEqual(swarmStep(INACTIVE, { throwAway: false }), { kind: "initialise", args: [] }));

  for (const advertise of ["127.0.0.1", "127.0.1.1:2377", "localhost", "::1", "lo"])
    it(`refuses ${advertise} for a stack that is kept`, () =>
      assert.match(message({}, { advertise }), /^docker\.advertise: .*No other node[\s\S]*10\.0\.0\.4 or eth1/));

  it("refuses a worker of another cluster and names the managers", () =>
    assert.match(
      message({ LocalNodeState: "active", RemoteManagers: [{ Addr: "10.0.0.1:2377" }, { Addr: "10.0.0.2:2377" }] }),
      /^This node is a worker of another cluster\n.*\(10\.0\.0\.1:2377, 10\.0\.0\.2:2377\).*docker swarm leave/,
    ));

  it("refuses a locked one", () => assert.match(message({ LocalNodeState: "locked" }), /docker swarm unlock/));

  it("refuses one that is still joining", () =>
    assert.match(message({ LocalNodeState: "pending" }), /is joining a cluster/));

  it("refuses one in error, with Docker's own reason", () =>
    assert.match(
      message({ LocalNodeState: "error", Error: "certificate has expired" }),
      /in the state error on this node: certificate has expired\n.*--force/,
    ));
});
