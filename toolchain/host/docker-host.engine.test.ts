import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dockerAt } from "../../operations/docker";
import { Progress } from "../progress";
import { ensureDocker } from "./docker-host";
import { ensureSwarm } from "./swarm";

function told(): { progress: Progress; text: () => string } {
  let text = "";
  return { progress: new Progress({ write: (more) => (text += more) }), text: () => text };
}

describe("the Docker engine of this machine", { timeout: 60_000 }, () => {
  it("is used as it is when it answers, without a word", async () => {
    const { progress, text } = told();
    const { version, docker } = await ensureDocker(progress);
    assert.match(version, /^\d+\./);
    assert.equal(await docker(["version", "--format", "{{.Server.Version}}"]), version);
    assert.equal(text(), "");
  });

  it("is not touched when the settings name another that is down", async () => {
    const { progress, text } = told();
    await assert.rejects(ensureDocker(progress, { host: "tcp://127.0.0.1:9" }), {
      name: "OperationError",
      message: /^The Docker engine at tcp:\/\/127\.0\.0\.1:9 does not answer\n[\s\S]*docker\.host/,
    });
    assert.equal(text(), "");
  });
});

describe("Swarm", { timeout: 60_000 }, () => {
  it("is left as it is where this machine manages one", async () => {
    const docker = dockerAt();
    const first = await ensureSwarm(docker, { throwAway: true });
    assert.deepEqual(await ensureSwarm(docker, { throwAway: true }), { nodeId: first.nodeId, initialised: false });
  });
});
