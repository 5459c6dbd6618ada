import assert from "node:assert/strict";
import { it } from "node:test";
import { DockerError, type Docker } from "./docker";
import { runJob, serviceCreate, type Follow, type Job } from "./job";
import type { Task } from "./tasks";

const smallest: Job = { name: "j", image: "shop@sha256:1", command: ["migrate"], labels: {}, limitSeconds: 60 };

const LOG = ["--log-driver", "json-file", "--log-opt", "max-size=10m", "--log-opt", "max-file=2"];

it("asks for the smallest job with what every job needs", () =>
  assert.deepEqual(serviceCreate(smallest), [
    ...["service", "create", "--detach", "--quiet", "--name", "j", "--mode", "replicated-job"],
    ...["--restart-condition", "none", "--no-resolve-image", "--init", ...LOG, "--cap-drop", "ALL"],
    ...["--entrypoint", "migrate", "shop@sha256:1"],
  ]));

it("asks for all that a job can have, argument by argument", () =>
  assert.deepEqual(
    serviceCreate({
      ...smallest,
      command: ["/bin/sh", "-c", "echo $HOME; 'x'"],
      labels: { "tidemark.stack": "shop-prod", "tidemark.role": "job" },
      secrets: [{ source: "shop-environment-1a2b", target: "environment" }],
      configs: [{ source: "shop-launch-1a2b", target: "/tidemark/launch" }],
      volumes: [{ source: "shop-media", target: "/srv/media" }],
      networks: ["n1", "n2"],
      user: "0",
      constraints: ["node.labels.role==app"],
      memoryBytes: 1024,
      registryAuth: true,
    }),
    [
      ...["service", "create", "--detach", "--quiet", "--name", "j", "--mode", "replicated-job"],
      ...["--restart-condition", "none", "--no-resolve-image", "--init", ...LOG, "--with-registry-auth"],
      ...["--label", "tidemark.stack=shop-prod", "--label", "tidemark.role=job"],
      ...["--container-label", "tidemark.stack=shop-prod", "--container-label", "tidemark.role=job"],
      ...["--secret", "source=shop-environment-1a2b,target=environment,mode=0444"],
      ...["--config", "source=shop-launch-1a2b,target=/tidemark/launch,mode=0444"],
      ...["--mount", "type=volume,source=shop-media,target=/srv/media,volume-nocopy"],
      ...["--network", "n1", "--network", "n2", "--constraint", "node.labels.role==app"],
      ...["--user", "0", "--limit-memory", "1024"],
      ...["--entrypoint", "/bin/sh", "shop@sha256:1", "-c", "echo $HOME; 'x'"],
    ],
  ));

/** A daemon that runs one job to the end that it is told, and notes what it was asked to do. */
function daemon(end: Partial<Task["Status"]>, former?: Record<string, string>): { docker: Docker; did: string[] } {
  const did: string[] = [];
  let present = former !== undefined;
  const docker: Docker = async (args) => {
    const [kind, verb] = args;
    if (kind === "service" && verb === "inspect") {
      if (!present) throw new DockerError(args, "Error: no such service: j", 1);
      return JSON.stringify([{ Spec: { Labels: former } }]);
    }
    if (verb === "create") present = true;
    if (verb === "rm" && kind === "service") {
      if (!present) throw new DockerError(args, "Error: No such service: j", 1);
      present = false;
    }
    if (verb === "create" || verb === "rm") did.push(args.slice(0, verb === "rm" ? 4 : 2).join(" "));
    if (kind === "ps") return "c1";
    if (verb === "ps") return "t1";
    if (kind === "inspect")
      return JSON.stringify([
        { ID: "t1", ServiceID: "j", CreatedAt: "1", DesiredState: "complete", Spec: {}, Status: status },
      ]);
    return "";
  };
  const status = { State: "complete", Timestamp: "", ContainerStatus: { ContainerID: "c1", ExitCode: 0 }, ...end };
  return { docker, did };
}

const follow: Follow = async (_docker, _task, onLine) => {
  ["one", "two"].forEach(onLine);
  return true;
};

it("hands on the log, tells the exit code, and leaves nothing behind", async () => {
  const { docker, did } = daemon({});
  const heard: string[] = [];
  const { exitCode, log } = await runJob(docker, smallest, follow, (line) => heard.push(line));
  assert.deepEqual([exitCode, log, heard], [0, ["one", "two"], ["one", "two"]]);
  assert.deepEqual(did, ["service create", "service rm j", "container rm --force c1"]);
});

it("ends a job of its name that a killed run left, and touches no service that is none", async () => {
  const left = daemon({}, { "tidemark.role": "job" });
  await runJob(left.docker, smallest, follow, () => {});
  assert.deepEqual(left.did.slice(0, 2), ["service rm j", "service create"]);
  const live = daemon({}, { "tidemark.role": "web" });
  await assert.rejects(
    runJob(live.docker, smallest, follow, () => {}),
    /a service of that name is there, and it is no job/,
  );
  assert.deepEqual(live.did, []);
});

it("tells the exit code of one that failed", async () => {
  const { docker } = daemon({ State: "failed", ContainerStatus: { ContainerID: "c1", ExitCode: 3 } });
  assert.equal((await runJob(docker, smallest, follow, () => {})).exitCode, 3);
});

it("fails with Docker's reason when the job never ran, and leaves nothing behind", async () => {
  const { docker, did } = daemon({ State: "rejected", Err: "No such image: shop", ContainerStatus: {} });
  await assert.rejects(
    runJob(docker, smallest, follow, () => {}),
    /rejected: No such image: shop/,
  );
  assert.deepEqual(did.slice(-2), ["service rm j", "container rm --force c1"]);
});

it("fails with Docker's reason when no node can take it, and does not wait for its whole time", async () => {
  const { docker, did } = daemon({
    State: "pending",
    Timestamp: new Date(Date.now() - 16_000).toISOString(),
    Err: "no suitable node (scheduling constraints not satisfied on 1 node)",
    ContainerStatus: {},
  });
  await assert.rejects(
    runJob(docker, smallest, follow, () => {}),
    /^OperationError: job j: no node can take it: no suitable node/,
  );
  assert.deepEqual(did.slice(-2), ["service rm j", "container rm --force c1"]);
});

it("fails when it is not done in time, and leaves nothing behind", async () => {
  const { docker, did } = daemon({});
  await assert.rejects(
    runJob(
      docker,
      smallest,
      async () => false,
      () => {},
    ),
    /not done in 60 s, and ended/,
  );
  assert.deepEqual(did.slice(-2), ["service rm j", "container rm --force c1"]);
});
