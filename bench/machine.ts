import { cpus, release, totalmem } from "node:os";
import { dockerAt } from "../operations/docker";

/** What a figure was measured on. */
export interface Machine {
  cpus: number;
  model: string;
  memory: string;
  kernel: string;
  docker: string;
  node: string;
  /** ISO, the day alone. */
  on: string;
}

export async function machine(): Promise<Machine> {
  const all = cpus();
  return {
    cpus: all.length,
    model: all[0]?.model.trim() ?? "",
    memory: `${Math.round(totalmem() / 1024 ** 3)} GiB`,
    kernel: release(),
    docker: await dockerAt()(["version", "--format", "{{.Server.Version}}"]),
    node: process.version,
    on: new Date().toISOString().slice(0, 10),
  };
}
