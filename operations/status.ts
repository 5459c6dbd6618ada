import { inspect, lines, type Docker } from "./docker";
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
  const all = services.map((service) => one(docker, service, tasks.filter(({ ServiceID }) => ServiceID === service.ID)));
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

/** A volume of data, as its process sees it and as the settings raise it. */
export interface Losable {
  /** @example "database.generation" */
  setting: string;
  generation: number;
  /** Where its service's words name it. */
  path: string;
}

export function advise(services: readonly ServiceStatus[], prefix: string, losable: readonly Losable[]): Advice[] {
  if (services.length === 0) return [{ what: "Nothing of this stack runs on this Docker host.", type: ["npx tidemark up"] }];
  const ill = services.filter(({ running, wanted }) => running < wanted);
  const lost = ill.flatMap((service) => {
    const refusal = service.log.find((line) => /tidemark: .*(is empty|not the mark|mark is missing|[Hh]olds ")/.test(line));
    return refusal ? [{ service, refusal }] : [];
  });
  const told = lost.map(({ service, refusal }): Advice => {
    const volume = losable.find(({ path }) => refusal.includes(path));
    return {
      what: `${service.name} does not start on its volume, so that nothing is overwritten. It said:\n    ${refusal}`,
      type: [
        `docker volume ls --filter label=tidemark.stack=${prefix}    is the volume there, and is another one the right one?`,
        ...(volume
          ? [`pulumi config set --path ${volume.setting} ${volume.generation + 1}    only if its data is gone for good: begins anew, empty, beside what is left`]
          : []),
        "npx tidemark up",
      ],
    };
  });
  const others = ill.filter((service) => !lost.some((one) => one.service === service));
  return [
    ...told,
    ...others.map(({ name, trouble }) => ({
      what: `${name} does not run: ${trouble ?? "it is starting"}`,
      type: [`docker service logs --tail 50 ${name}`],
    })),
  ];
}
