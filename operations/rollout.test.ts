import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { judge, type SwarmService, watch } from "./rollout";
import type { Docker } from "./docker";
import { DockerError } from "./docker";
import type { Task } from "./tasks";

const NEW = "registry.example/shop:1.4.2@sha256:new";
const OLD = "registry.example/shop:1.4.1@sha256:old";
const FORMER = "1.4.1 (sha256:old)";
const NOW = Date.parse("2026-11-21T09:00:00Z");
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();

/** As Docker 20.10 tells of a service that the provider made. */
function service(image = NEW, update?: string, replicas = 2): SwarmService {
  return {
    ID: "s1",
    Spec: {
      Name: "shop-prod-web",
      Labels: { "tidemark.revision": "r2" },
      Mode: { Replicated: { Replicas: replicas } },
      TaskTemplate: template(image),
    },
    ...(update !== undefined && { UpdateStatus: { State: update } }),
  };
}

function template(image: string, more: object = {}) {
  return {
    ContainerSpec: { Image: image, Init: true, StopGracePeriod: 100_000_000_000, Isolation: "default" },
    Resources: { Limits: { MemoryBytes: 536_870_912 } },
    RestartPolicy: { Condition: "any", Delay: 2_000_000_000, MaxAttempts: 0 },
    Placement: { Constraints: ["node.labels.role==app"], Platforms: [{ Architecture: "amd64", OS: "linux" }] },
    Networks: [{ Target: "n1" }],
    ForceUpdate: 0,
    Runtime: "container",
    ...more,
  };
}

/** As Docker tells of its task: no Runtime, and Platforms of its own. */
function task(
  state: string,
  more: Partial<Task> & { image?: string; wants?: string; since?: number; err?: string } = {},
): Task {
  const { image = NEW, wants = "running", since = 1, err, ...rest } = more;
  const { Runtime: _Runtime, Placement, ...spec } = template(image);
  return {
    ID: `t-${state}`,
    ServiceID: "s1",
    CreatedAt: ago(since),
    DesiredState: wants,
    Spec: { ...spec, Placement: { Constraints: Placement.Constraints } } as Task["Spec"],
    Status: { State: state, Timestamp: ago(since), ...(err !== undefined && { Err: err }) },
    ...rest,
  };
}

const wanted = { name: "shop-prod-web", image: NEW, revision: "r2" };
const verdict = (its: SwarmService | undefined, ...tasks: Task[]) => judge(wanted, its, tasks, NOW);
const up = task("running");

describe("a service is done", () => {
  it("when all its tasks of this specification run, whether or not it was ever updated", () => {
    assert.deepEqual(verdict(service(), up, up), { is: "done" });
    assert.deepEqual(verdict(service(NEW, "completed"), up, up), { is: "done" });
  });

  it("when it is there already, though an earlier update of it was taken back or stopped", () => {
    assert.deepEqual(verdict(service(NEW, "rollback_completed"), up, up), { is: "done" });
    assert.deepEqual(verdict(service(NEW, "paused"), up, up), { is: "done" });
  });

  it("while old tasks drain", () =>
    assert.deepEqual(verdict(service(NEW, "completed"), up, up, task("running", { image: OLD, wants: "shutdown" })), {
      is: "done",
    }));
});

describe("a service is waited for", () => {
  const waits = (running: number) => ({ is: "waiting", running, wanted: 2 });

  it("while it updates, even with enough tasks", () => {
    assert.deepEqual(verdict(service(NEW, "updating"), up, up), waits(2));
    assert.deepEqual(verdict(service(NEW, "rollback_started"), up, up), waits(2));
  });

  it("while tasks start, and counts none of another specification", () => {
    assert.deepEqual(verdict(service(), up, task("starting")), waits(1));
    assert.deepEqual(verdict(service(), up, task("running", { image: OLD })), waits(1));
    assert.deepEqual(verdict(service(), up, task("running", { wants: "shutdown" })), waits(1));
    assert.deepEqual(verdict(service()), waits(0));
  });

  it("after a few failures that may pass", () =>
    assert.deepEqual(verdict(service(), up, ...Array<Task>(5).fill(task("failed"))), waits(1)));

  it("while a task looks for a node for less than fifteen seconds", () =>
    assert.deepEqual(verdict(service(), up, task("pending", { since: 14 })), waits(1)));

  it("and failures of the former release are not its own", () =>
    assert.deepEqual(verdict(service(), up, ...Array<Task>(9).fill(task("failed", { image: OLD }))), waits(1)));
});

describe("a service has failed", () => {
  it("when there is none", () =>
    assert.deepEqual(verdict(undefined), { is: "failed", why: "there is no such service" }));

  it("when it shows another image, with the task that failed", () => {
    const fallen = task("failed", { wants: "shutdown", err: "task: non-zero exit (1)" });
    assert.deepEqual(verdict(service(OLD, "rollback_completed"), task("running", { image: OLD }), fallen), {
      ...{ is: "failed", why: `fell back to ${FORMER}`, task: fallen },
    });
    assert.deepEqual(verdict(service(OLD, "rollback_started")), { is: "failed", why: `fell back to ${FORMER}` });
  });

  it("when Swarm took it back to a specification of the same image", () => {
    const former = service(NEW, "rollback_completed");
    former.Spec.Labels = { "tidemark.revision": "r1" };
    const Spec = template(NEW, { ForceUpdate: 1 }) as Task["Spec"];
    const fallen = task("failed", { wants: "shutdown", err: "task: non-zero exit (1)", Spec });
    assert.deepEqual(verdict(former, up, up, fallen), {
      ...{ is: "failed", why: "fell back to its former specification", task: fallen },
    });
  });

  it("and names the task that was not healthy, though it ended in good order", () => {
    const unhealthy = task("complete", { wants: "shutdown" });
    unhealthy.Status.ContainerStatus = { ContainerID: "c1", ExitCode: 0 };
    assert.deepEqual(verdict(service(OLD), task("running", { image: OLD }), unhealthy), {
      ...{ is: "failed", why: `fell back to ${FORMER}`, task: unhealthy },
    });
  });

  it("when Swarm stopped the update", () => {
    const rejected = task("rejected", { err: "No such image" });
    assert.deepEqual(verdict(service(NEW, "paused"), rejected), {
      is: "failed",
      why: "failed 1 times to start",
      task: rejected,
    });
  });

  it("when three starts of each replica failed", () => {
    const fallen = task("failed", { wants: "shutdown" });
    assert.deepEqual(verdict(service(), ...Array<Task>(6).fill(fallen)), {
      is: "failed",
      why: "failed 6 times to start",
      task: fallen,
    });
  });

  it("but not when what failed is of an earlier try, or of a time before anybody watched", () => {
    const again = { ...service(NEW, "updating"), UpdateStatus: { State: "updating", StartedAt: ago(20) } };
    const failed = (since: number): Task[] => Array.from({ length: 6 }, () => task("failed", { since }));
    assert.equal(verdict(again, up, ...failed(30)).is, "waiting");
    assert.equal(verdict(again, up, ...failed(10)).is, "failed");
    assert.equal(judge(wanted, again, [up, ...failed(10)], NOW, NOW - 5000).is, "waiting");
    const back = {
      ...service(OLD, "rollback_completed"),
      UpdateStatus: { State: "rollback_completed", StartedAt: ago(20) },
    };
    const [former, ours] = [task("failed", { since: 30 }), task("complete", { since: 10 })];
    const cause = { ...ours, Status: { ...ours.Status, ContainerStatus: { ContainerID: "c1" } } };
    assert.deepEqual(verdict(back, former, cause), { is: "failed", why: `fell back to ${FORMER}`, task: cause });
  });

  it("when a task finds no node", () => {
    const stuck = task("pending", {
      since: 16,
      err: "no suitable node (scheduling constraints not satisfied on 1 node)",
    });
    assert.deepEqual(verdict(service(), up, stuck), { is: "failed", why: "no node can take it", task: stuck });
    assert.equal(verdict(service(), up, up, task("pending", { since: 60, wants: "shutdown" })).is, "done");
  });
});

/** A daemon whose services and tasks change from one look to the next. */
function daemon(looks: { service: SwarmService; tasks: Task[] }[], log = ""): Docker {
  let look = 0;
  return async (args) => {
    const now = looks[Math.min(look, looks.length - 1)]!;
    if (args[0] === "service" && args[1] === "inspect") return JSON.stringify([now.service]);
    if (args[1] === "ps") return now.tasks.map(({ ID }) => ID).join("\n");
    if (args[0] === "inspect") {
      look += 1;
      return JSON.stringify(now.tasks);
    }
    if (args[1] === "logs") return log;
    throw new DockerError(args, "unexpected", 1);
  };
}

it("tells each step once, and ends when all run", async () => {
  const said: string[] = [];
  const waiting = { service: service(NEW, "updating"), tasks: [up] };
  await watch(daemon([waiting, waiting, { service: service(), tasks: [up, up] }]), [wanted], 60_000, (line) =>
    said.push(line),
  );
  assert.equal(said.length, 2);
  assert.equal(said[0], "shop-prod-web: 1 of 2 running");
  assert.match(said[1]!, /^shop-prod-web: running after \d\.\d s$/);
});

it("fails with Docker's reason and the last lines of the task's log", () => {
  const now = new Date().toISOString();
  const fallen = {
    ...task("failed"),
    CreatedAt: now,
    Status: { State: "failed", Timestamp: now, Err: "task: non-zero exit (1)" },
  };
  return assert.rejects(
    watch(daemon([{ service: service(NEW, "paused"), tasks: [fallen] }], "one\ntwo\n"), [wanted], 60_000, () => {}),
    {
      message: "shop-prod-web failed 1 times to start: task: non-zero exit (1)\nlast lines of its log:\n  one\n  two",
    },
  );
});

it("fails when the time is over, and says what is not there", () =>
  assert.rejects(
    watch(daemon([{ service: service(), tasks: [up] }]), [wanted], 0, () => {}),
    { message: /^shop-prod-web not running after 0 s/ },
  ));
