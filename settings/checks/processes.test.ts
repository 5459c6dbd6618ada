import assert from "node:assert/strict";
import { it } from "node:test";
import { beats, endings, processes } from "./processes";
import { sample, web } from "./sample";

const command = ["run"];
const two = (worker: object) => sample({ processes: { web, worker: { kind: "worker", command, ...worker } } });
const slow = "With stop-first Swarm starts the new one after 60s, whether the old one has ended or not.";

it("refuses a process that bears the name of one of Tidemark's services, or of a Redis", () =>
  assert.deepEqual(processes(sample({ processes: { edge: web, cache: web }, redis: { cache: {} } })), [
    {
      at: "processes.edge",
      got: "edge",
      why: "A service of that name is made by Tidemark.",
      fix: "Give it another name, such as edge-web.",
    },
    {
      at: "processes.cache",
      got: "cache",
      why: "A service of that name is made by Tidemark.",
      fix: "Give it another name, such as cache-web.",
    },
  ]));

it("refuses an application without processes", () =>
  assert.deepEqual(processes(sample({ processes: {} })), [
    {
      at: "processes",
      got: "nothing",
      why: "Nothing would run.",
      fix: "Add one, such as web: { kind: web, health: { path: /health } }.",
    },
  ]));

it("refuses a worker of a framework without a command and without Celery's application", () => {
  const its = { framework: "django", processes: { web, worker: { kind: "worker" } } };
  assert.deepEqual(processes(sample(its)), [
    {
      at: "celery",
      got: "nothing",
      why: "worker has no command, so it is Celery's worker; of which application is not said.",
      fix: "Write the module, as in celery -A, such as celery: shop; or give the process a command.",
    },
  ]);
  assert.deepEqual(processes(sample({ ...its, celery: "shop" })), []);
  assert.deepEqual(processes(two({})), []);
});

it("refuses a second beat, and one that overlaps with itself", () =>
  assert.deepEqual(
    beats(
      sample({
        processes: { web, beat: { kind: "beat", command }, tick: { kind: "beat", command, roll: "start-first" } },
      }),
    ),
    [
      {
        at: "processes.tick",
        got: "a second beat",
        why: "With beat it would send every task twice.",
        fix: "Put both schedules into beat.",
      },
      {
        at: "processes.tick.roll",
        got: "start-first",
        why: "During a roll two would run, and send every task twice.",
        fix: "Leave it out: a beat is always stop-first.",
      },
    ],
  ));

it("refuses a grace beyond what stop-first allows", () => {
  assert.deepEqual(endings(two({ roll: "stop-first", grace: "51s" })), [
    { at: "processes.worker.grace", got: "51s", why: slow, fix: "Write at most 50s, or let it roll start-first." },
  ]);
  assert.deepEqual(endings(two({ roll: "stop-first" })), [
    { at: "processes.worker.grace", got: "5m", why: slow, fix: "Write at most 50s, or let it roll start-first." },
  ]);
  assert.deepEqual(endings(sample({ processes: { beat: { kind: "beat", command, grace: "2m" } } })), [
    { at: "processes.beat.grace", got: "2m", why: slow, fix: "Write at most 50s." },
  ]);
  assert.deepEqual(endings(two({ roll: "stop-first", grace: "50s" })), []);
  assert.deepEqual(endings(two({ grace: "1h" })), []);
});

it("counts a web's drain with its grace", () => {
  assert.deepEqual(endings(sample({ processes: { web: { ...web, roll: "stop-first" } } })), [
    {
      at: "processes.web.grace",
      got: "10s, after a drain of 60s",
      why: slow,
      fix: "Let drain and grace be 50s together, or let it roll start-first.",
    },
  ]);
  assert.deepEqual(endings(sample({ processes: { web: { ...web, roll: "stop-first", drain: "40s" } } })), []);
});
