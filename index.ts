// First: from here on files are compiled once, not at every run.
import "./toolchain/loader/register";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { Application } from "./components/application";
import { scopePrefix } from "./components/swarm/scope";
import { survey } from "./operations/survey";
import { settingsFromPulumi } from "./settings/from-pulumi";
import { Refusal } from "./settings/refusal";
import { printable } from "./toolchain/printable-error";

/** Settings in, one Application, outputs out. */
export = () => program().catch((error: Error) => Promise.reject(printable(error)));

async function program(): Promise<{ url: string; tag: string }> {
  const stack = pulumi.getStack();
  const settings = settingsFromPulumi();
  const prefix = scopePrefix(settings, stack);
  const { world, problems } = await survey(settings, prefix);
  if (problems.length > 0) throw new Refusal(`Pulumi.${stack}.yaml`, problems);

  const provider = new docker.Provider("docker", { host: world.host });
  const application = new Application(prefix, { settings, world, stack }, { providers: [provider] });
  return { url: application.url, tag: settings.tag };
}
