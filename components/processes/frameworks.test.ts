import assert from "node:assert/strict";
import { it } from "node:test";
import { sample } from "../../settings/checks/sample";
import type { BeatProcess, WorkerProcess } from "../../settings/process";
import { beatCommand } from "./beat";
import { frameworks } from "./frameworks";
import { workerCommand } from "./worker";

const { django, flask, none } = frameworks;

it("types what a framework's users type at a release", () => {
  assert.deepEqual(
    [django.migrate, django.collect].map((one) => one?.join(" ")),
    ["python3 manage.py migrate --noinput", "python3 manage.py collectstatic --noinput"],
  );
  assert.deepEqual([flask.migrate?.join(" "), flask.collect], ["alembic upgrade head", undefined]);
  assert.deepEqual(none, {});
});

const { processes } = sample({
  processes: {
    worker: { kind: "worker", queues: ["mail", "celery"], concurrency: 4 },
    own: { kind: "worker", command: ["rq", "worker"] },
    beat: { kind: "beat" },
    clock: { kind: "beat", command: ["cron"] },
  },
});
const [worker, own] = [processes.worker as WorkerProcess, processes.own as WorkerProcess];
const [beat, clock] = [processes.beat as BeatProcess, processes.clock as BeatProcess];

it("starts a worker of Celery's with its queues and its concurrency", () =>
  assert.deepEqual(workerCommand({ process: worker, framework: flask, celery: "shop" }), [
    ...["celery", "--app", "shop", "worker", "--loglevel", "info", "--queues", "mail,celery", "--concurrency", "4"],
  ]));

it("keeps beat's schedule where a read-only container can write it", () =>
  assert.deepEqual(beatCommand({ process: beat, framework: django, celery: "shop" }), [
    ...["celery", "--app", "shop", "beat", "--loglevel", "info", "--schedule", "/tmp/celerybeat-schedule"],
  ]));

it("runs a command of the settings' own, and without any the image's", () => {
  assert.deepEqual(workerCommand({ process: own, framework: django, celery: "shop" }), ["rq", "worker"]);
  assert.deepEqual(beatCommand({ process: clock, framework: django, celery: "shop" }), ["cron"]);
  assert.deepEqual(workerCommand({ process: worker, framework: none, celery: "shop" }), []);
  assert.deepEqual(beatCommand({ process: beat, framework: django }), []);
});
