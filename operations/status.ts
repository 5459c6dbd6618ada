import { inspect, lines, type Docker } from "./docker";
import type { Losable } from "./losable";
import type { Lost } from "./lost-volumes";
import type { SwarmService } from "./rollout";
import { lastLines, tasksOf, type Task } from "./tasks";

export interface ServiceStatus {
  name: string;
  /** Without digest. */
  image: string;
  running: number;
  wanted: number;
  /** Since when the newest running task runs. */
  since?: string;
  /** Why the newest task that is not running is not. */
  trouble?: string;
  log: string[];
}

/** Every service of a stack, as Docker sees it. */
export async function statusOf(docker: Docker, prefix: string): Promise<ServiceStatus[]> {
  const ids = await lines(docker, ["service", "ls", "--quiet", "--filter", `label=tidemark.stack=${prefix}`]);
  const services = await inspect<SwarmService>(docker, "service", ids);
  const tasks = await tasksOf(docker, ids);
  // What runs once is not missing when it has ended.
  const lasting = services.filter(({ Spec }) => !["job", "run"].includes(Spec.Labels?.["tidemark.role"] ?? ""));
  const all = lasting.map((service) =>
    one(
      docker,
      service,
      tasks.filter(({ ServiceID }) => ServiceID === service.ID),
    ),
  );
  return (await Promise.all(all)).sort((a, b) => a.name.localeCompare(b.name));
}

async function one(docker: Docker, { Spec }: SwarmService, tasks: readonly Task[]): Promise<ServiceStatus> {
  const running = tasks.filter(({ DesiredState, Status }) => DesiredState === "running" && Status.State === "running");
  const wanted = Spec.Mode.Replicated?.Replicas ?? 1;
  const [image = ""] = Spec.TaskTemplate.ContainerSpec.Image.split("@");
  const failed = tasks.find(({ Status }) => ["failed", "rejected", "pending"].includes(Status.State));
  const ill = running.length < wanted;
  return {
    name: Spec.Name,
    image,
    running: running.length,
    wanted,
    ...(running[0] && { since: running[0].Status.Timestamp }),
    ...(ill && failed && { trouble: failed.Status.Err ?? failed.Status.Message ?? failed.Status.State }),
    log: ill && failed ? await lastLines(docker, failed, 8) : [],
  };
}

/** What is wrong, and what to type. */
export interface Advice {
  what: string;
  type: string[];
}

/** The stack as its commands name it, and what of it can be lost. */
export interface Advised {
  stack: string;
  prefix: string;
  losable: readonly Losable[];
  lost: readonly Lost[];
}

/** What a process says that does not start on a volume, of Tidemark's images and of its launcher. */
const REFUSAL = /tidemark: .*not started|is empty: the volume|not the mark|mark is missing|[Hh]olds "|holds files/;

export function advise(services: readonly ServiceStatus[], { stack, prefix, losable, lost }: Advised): Advice[] {
  if (services.length === 0) return [{ what: "Nothing of this stack runs on this Docker host.", type: [up(stack)] }];
  const ill = services.filter(({ running, wanted }) => running < wanted);
  const explained = new Set<ServiceStatus>();
  const gone = lost.map((one): Advice => {
    for (const service of ill) if (refusal(service)?.includes(one.path)) explained.add(service);
    return {
      what:
        `The volume ${one.volume}, filled on ${one.filled.slice(0, 10)}, is lost: there is ${one.now} in its place.\n` +
        "  Nothing is started on it or written to it. To bring its data back, put the volume there again as it was.\n" +
        (one.backed
          ? `  To have its data from the backups, in generation ${one.next}:`
          : `  If the data is gone for good, begin anew, empty, with generation ${one.next}:`),
      type: one.backed ? [fromBackups(one, stack)] : anew(one, one.next, stack),
    };
  });
  const refused = ill.flatMap((service): Advice[] => {
    const said = explained.has(service) ? undefined : refusal(service);
    if (said === undefined) return [];
    explained.add(service);
    const volume = losable.find(({ path }) => said.includes(path));
    return [
      {
        what: `${service.name} does not start on its volume, so that nothing is overwritten. It said:\n    ${said}`,
        type: [
          `docker volume ls --filter label=tidemark.stack=${prefix}    is the volume there, and is another one the right one?`,
          ...(volume?.backed ? [`${fromBackups(volume, stack)}    to have its data from the backups`] : []),
          ...(volume && !volume.backed
            ? anew(volume, volume.generation + 1, stack).map((line) => `${line}    only if its data is gone for good`)
            : []),
        ],
      },
    ];
  });
  const others = ill.filter((service) => !explained.has(service));
  return [
    ...gone,
    ...refused,
    ...others.map(({ name, trouble }) => ({
      what: `${name} does not run: ${trouble ?? "it is starting"}`,
      type: [`docker service logs --tail 50 ${name}`],
    })),
  ];
}

/** Another generation begins empty, beside what is left. */
function anew({ setting }: Losable, next: number, stack: string): string[] {
  return [
    `eval "$(npx tidemark --stack ${stack} env)"`,
    `pulumi config set --path ${setting} ${next} --stack ${stack}`,
    up(stack),
  ];
}

function fromBackups({ setting }: Losable, stack: string): string {
  return `npx tidemark --stack ${stack} restore --to latest${setting === "media.generation" ? " --what uploads" : ""}`;
}

function up(stack: string): string {
  return `npx tidemark --stack ${stack} up`;
}

/** The lines with which a process refused its volume. */
function refusal({ log }: ServiceStatus): string | undefined {
  const at = log.findIndex((line) => REFUSAL.test(line));
  return at < 0 ? undefined : log.slice(at).join(" ");
}
