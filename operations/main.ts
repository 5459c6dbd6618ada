import { text } from "node:stream/consumers";
import { apiAt, type Api } from "./api";
import { beforeTheRoll } from "./before-the-roll";
import { dockerAt } from "./docker";
import { evidenceIn } from "./evidence";
import { fill, type Fill } from "./fill";
import { arrive, handOver, letIn, wake, type ArriveOrder, type HandedOver, type HandOverOrder } from "./hand-over";
import { followLog, runJob, type Job } from "./job";
import type { ReleaseFacts } from "./ledger";
import { knowRoles } from "./lineage";
import { declare, keepOut, type Declaration } from "./maintenance";
import { mark, type MarkOrder } from "./mark";
import { migrate, type MigrateOrder } from "./migrate";
import { OperationError } from "./operation-error";
import { preflight, type PreflightOrder } from "./preflight";
import { roll, type Roll } from "./roll";
import { watch, type Wanted } from "./rollout";
import { dockerHost } from "./survey";
import { retired, vacant, type RetiredOrder, type VacantOrder } from "./turns";

/** Each operation takes its order as JSON on standard input and gives one line of JSON as evidence on standard output. */
const docker = dockerAt();
const api = async (): Promise<Api> => apiAt(await dockerHost());
const say = (line: string): void => console.error(line);
const world = { docker, follow: followLog(), say };

const operations: Record<string, (order: never) => Promise<object>> = {
  async job(order: Job) {
    const { exitCode, seconds, log } = await runJob(docker, order, world.follow, say);
    if (exitCode !== 0) {
      throw new OperationError(
        [`${order.name} failed with exit code ${exitCode}; its last lines:`, ...log.slice(-20)].join("\n  "),
      );
    }
    return { job: order.name, seconds, ...evidenceIn<object>(log) };
  },
  /** What turned out to be done already is left out. */
  async jobIf({ needed, job }: { needed: boolean; job: Job }) {
    return needed ? operations.job!(job as never) : { job: job.name, seconds: 0 };
  },
  fill: (order: Fill) => fill(docker, order, world.follow, say),
  // A state may still call it: what an older program wrote there is done when its resource goes. Records stay.
  forget: ({ record }: Fill) => Promise.resolve({ kept: record }),
  handOver: (order: HandOverOrder) => beforeTheRoll(world, order.release, () => handOver(world, order)),
  arrive: ({ release, ...order }: ArriveOrder & { release: ReleaseFacts }) =>
    beforeTheRoll(world, release, () => arrive(world, order)),
  knowRoles: (order: Parameters<typeof knowRoles>[1]) => knowRoles(docker, order),
  wake: (order: HandedOver) => wake(world, order),
  letIn: ({ stack }: { stack: string }) => letIn(world, stack),
  preflight: (order: PreflightOrder) =>
    beforeTheRoll(world, order.release, () => preflight(docker, order, world.follow, say)),
  mark: (order: MarkOrder) => beforeTheRoll(world, order.release, () => mark(docker, order, world.follow, say)),
  migrate: (order: MigrateOrder) =>
    beforeTheRoll(world, order.release, () =>
      migrate({ ...world, keepOut: (...its) => keepOut(world, ...its) }, order),
    ),
  collect: ({ release, job }: { release: ReleaseFacts; job: Job }) =>
    beforeTheRoll(world, release, () => operations.job!(job as never)),
  declare: (order: Declaration) => declare(world, order),
  roll: async (order: Roll) => roll({ ...world, api: await api() }, order),
  retired: async (order: RetiredOrder) => retired(await api(), order, say),
  vacant: async (order: VacantOrder) => vacant(await api(), order),
  async watch({ services, limitSeconds }: { services: Wanted[]; limitSeconds: number }) {
    const started = Date.now();
    await watch(docker, services, limitSeconds * 1000, say);
    return { services: services.length, seconds: (Date.now() - started) / 1000 };
  },
};

async function main(name: string | undefined): Promise<void> {
  const operation = operations[name ?? ""];
  if (!operation) throw new OperationError(`no operation ${name}; there are ${Object.keys(operations).join(", ")}`);
  const evidence = await operation(JSON.parse(await text(process.stdin)) as never);
  console.log(JSON.stringify(evidence));
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof OperationError ? error.message : error);
  process.exitCode = 1;
});
