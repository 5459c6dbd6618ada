import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type DockerFacts, systemIds } from "./docker-facts";
import { remedy } from "./docker-remedy";

const DEBIAN_ROOT: DockerFacts = { hasDaemon: false, root: true, system: ["debian"], systemd: true };
const STOPPED = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";

function message(facts: DockerFacts): string {
  const next = remedy(facts);
  assert.equal(next.kind, "refuse");
  return next.kind === "refuse" ? next.message : "";
}

describe("where no Docker engine answers", () => {
  it("root on Debian installs it", () => assert.deepEqual(remedy(DEBIAN_ROOT), { kind: "install" }));

  it("root on a descendant of Debian installs it", () =>
    assert.deepEqual(remedy({ ...DEBIAN_ROOT, system: ["mint", "ubuntu", "debian"] }), { kind: "install" }));

  it("root with only the docker command installs the engine", () =>
    assert.deepEqual(remedy({ ...DEBIAN_ROOT, said: STOPPED }), { kind: "install" }));

  it("root with only the daemon installs what is missing", () =>
    assert.deepEqual(remedy({ ...DEBIAN_ROOT, hasDaemon: true }), { kind: "install" }));

  it("root on another system is told how to install it", () =>
    assert.equal(
      message({ ...DEBIAN_ROOT, system: ["fedora"] }),
      "There is no Docker engine\n  Install Docker Engine 20.10 or newer: https://docs.docker.com/engine/install/",
    ));

  it("others are told what to type, or that another machine's engine will do", () =>
    assert.match(message({ ...DEBIAN_ROOT, root: false }), /sudo apt-get install docker\.io.*DOCKER_HOST=ssh:/));

  it("an installed one is started by systemd", () =>
    assert.deepEqual(remedy({ ...DEBIAN_ROOT, hasDaemon: true, said: STOPPED }), { kind: "start", by: "systemd" }));

  it("an installed one is started by hand where no init runs", () =>
    assert.deepEqual(remedy({ ...DEBIAN_ROOT, hasDaemon: true, said: STOPPED, systemd: false, system: ["alpine"] }), {
      kind: "start",
      by: "hand",
    }));

  it("an installed one is not started without the right to", () =>
    assert.equal(
      message({ ...DEBIAN_ROOT, hasDaemon: true, said: STOPPED, root: false }),
      `The Docker engine is installed and does not run\n  ${STOPPED}\n  Start it: sudo systemctl start docker`,
    ));

  it("a person without the right to its socket is told of the group", () =>
    assert.match(
      message({ ...DEBIAN_ROOT, root: false, hasDaemon: true, said: "permission denied while trying to connect" }),
      /^You may not use[\s\S]*usermod -aG docker/,
    ));

  it("another machine's is never replaced by one here", () =>
    assert.match(
      message({ ...DEBIAN_ROOT, elsewhere: "ssh://deploy@shop", said: "Connection refused" }),
      /^The Docker engine at ssh:\/\/deploy@shop does not answer\n {2}Connection refused\n/,
    ));
});

describe("the system", () => {
  it("is read from os-release, quoted or not", () => {
    assert.deepEqual(systemIds('PRETTY_NAME="Debian 12"\nVERSION_ID="12"\nID=debian\n'), ["debian"]);
    assert.deepEqual(systemIds('ID="mint"\nID_LIKE="ubuntu debian"\n'), ["mint", "ubuntu", "debian"]);
  });
});
