import { byLabels, type Api } from "./api";
import { digestIn } from "./release-images";
import type { SwarmService } from "./rollout";

/** Each process's image as its service has it now; none for a process without a service. */
export async function runningImages(
  api: Api,
  prefix: string,
  processes: readonly string[],
): Promise<Record<string, string>> {
  const services = (await api("GET", `/services?${byLabels(`tidemark.stack=${prefix}`)}`)) as SwarmService[];
  const found = processes.flatMap((name) => {
    const service = services.find(({ Spec }) => Spec.Name === `${prefix}-${name}`);
    return service ? [[name, service.Spec.TaskTemplate.ContainerSpec.Image] as const] : [];
  });
  return Object.fromEntries(found);
}

/** The generation that a service of data was told to serve; none where there is no such service. */
export async function liveGeneration(api: Api, service: string): Promise<number | undefined> {
  const all = (await api("GET", `/services?filters=${encodeURIComponent(JSON.stringify({ name: [service] }))}`)) as {
    Spec: { Name: string; TaskTemplate: { ContainerSpec: { Args?: string[] } } };
  }[];
  // Docker looks for names that begin so.
  const args = all.find(({ Spec }) => Spec.Name === service)?.Spec.TaskTemplate.ContainerSpec.Args;
  return args === undefined ? undefined : Number(args.at(-1));
}

/** The generation of uploads that visitors see; none where there is no edge. */
export async function liveUploads(api: Api, prefix: string): Promise<number | undefined> {
  const services = (await api("GET", `/services?${byLabels(`tidemark.stack=${prefix}`)}`)) as {
    Spec: { Name: string; TaskTemplate: { ContainerSpec: { Mounts?: { Source?: string }[] } } };
  }[];
  const edge = services.find(({ Spec }) => Spec.Name === `${prefix}-edge`);
  const sources = (edge?.Spec.TaskTemplate.ContainerSpec.Mounts ?? []).map(({ Source = "" }) => Source);
  const generations = sources.flatMap((its) =>
    its.startsWith(`${prefix}-media-g`) ? [Number(its.slice(`${prefix}-media-g`.length))] : [],
  );
  return generations[0];
}

/** What a release changes, in words; nothing where everything runs already what it is to run. */
export function inWords(running: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): string[] {
  const changes = new Map<string, string[]>();
  for (const [name, image] of Object.entries(wanted)) {
    const now = running[name];
    if (now === image) continue;
    const change = `${now === undefined ? "nothing" : short(now)} -> ${short(image)}${again(now, image)}`;
    changes.set(change, [...(changes.get(change) ?? []), name]);
  }
  return [...changes].map(([change, names]) => `${names.sort().join(", ")}: ${change}`);
}

/** @example "1.4.1 (sha256:9f2c51d3a0b7)" */
export function short(pinned: string): string {
  const name = (pinned.split("@")[0] ?? "").split("/").at(-1) ?? "";
  return `${name.split(":")[1] ?? name} (${(digestIn(pinned) ?? "no digest").slice(0, 19)})`;
}

function again(now: string | undefined, image: string): string {
  return now?.split("@")[0] === image.split("@")[0] ? ", for this tag was pushed again" : "";
}
