/** The version of Pulumi that is downloaded or built, and the oldest that is taken from PATH. */
export const PULUMI_VERSION = "3.250.0";

export interface Plugin {
  name: string;
  version: string;
}

/** The plugins of the program, at the versions of their npm packages. */
export const DOCKER: Plugin = { name: "docker", version: "5.2.0" };
export const COMMAND: Plugin = { name: "command", version: "1.2.1" };
export const POSTGRESQL: Plugin = { name: "postgresql", version: "3.18.1" };
export const PLUGINS: readonly Plugin[] = [DOCKER, COMMAND, POSTGRESQL];

/** Large, and only for backups in a bucket: where it can be had, Pulumi itself installs it for the first program that asks. */
export const AWS: Plugin = { name: "aws", version: "7.48.0" };
export const ON_DEMAND: readonly Plugin[] = [AWS];

/** One of the programs that are built where they cannot be downloaded. */
export interface GoProgram {
  /** Its folder beside this file, and the file that is built. */
  folder: string;
  program: string;
  /** The main package. */
  source: string;
  linkerFlags: string;
  title: string;
  /** With empty caches, on 2 cores. */
  usualSeconds: number;
}

export const CLI: GoProgram = {
  folder: "cli",
  program: "pulumi",
  source: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  linkerFlags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${PULUMI_VERSION}`,
  title: "the Pulumi CLI",
  usualSeconds: 270,
};

export const LANGUAGE_HOST: GoProgram = {
  folder: "language-nodejs",
  program: "pulumi-language-nodejs",
  source: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  linkerFlags: "-s -w",
  title: "the Node language host",
  usualSeconds: 25,
};

export const DOCKER_PLUGIN: GoProgram = {
  folder: "docker-plugin",
  program: "pulumi-resource-docker",
  source: ".",
  linkerFlags: "-s -w",
  title: "the docker plugin",
  usualSeconds: 155,
};

export const GO_PROGRAMS: readonly GoProgram[] = [CLI, LANGUAGE_HOST, DOCKER_PLUGIN];

/** The oldest Go that the modules accept. */
export const OLDEST_GO = "1.26";
