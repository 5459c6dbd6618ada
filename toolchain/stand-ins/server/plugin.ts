import type { Bag } from "./value";

/** A resource plugin, as `serve` puts it before Pulumi's engine. */
export interface Plugin {
  /** The package that it stands in for. @example "command" */
  name: string;
  /** The release that it stands in for. @example "1.2.1" */
  version: string;
  /** By token. @example "command:local:Command" */
  resources: Record<string, Resource>;
  /** Wrong settings of the provider itself, before anything connects. */
  checkConfig?(config: Bag): Problem[];
  configure?(config: Bag): void;
  /** The user or the engine wants what is running to end. */
  cancel(): void;
  /** The engine is gone or told the plugin to leave; resolves once nothing is left running. */
  leave(): Promise<void>;
}

/** The life of one resource type. Secrets come in as `Secret` and have to go out as such. */
export interface Resource {
  /** The inputs with their defaults, and what is wrong with them. `olds` is empty for a new resource. */
  check(news: Bag, olds: Bag, call: Call): { inputs: Bag; problems: Problem[] };
  diff(id: string, state: Bag, news: Bag): Diff;
  create(inputs: Bag, call: Call): Promise<{ id: string; state: Bag }>;
  /** Undefined where it is gone. An import comes with an empty state. */
  read(id: string, state: Bag, inputs: Bag, call: Call): Promise<Reading | undefined>;
  update(id: string, state: Bag, news: Bag, call: Call): Promise<Bag>;
  delete(id: string, state: Bag, call: Call): Promise<void>;
}

export interface Problem {
  property: string;
  reason: string;
}

export interface Diff {
  /** By property path. @example { "triggers[0]": "update" } */
  changes: Record<string, Change>;
  /** The paths among them that need a new resource. */
  replaces: string[];
  /** Take the old one away first, for both would carry one name. */
  deleteBeforeReplace?: boolean;
}

export type Change = "add" | "update" | "delete";

export interface Reading {
  id: string;
  state: Bag;
  inputs: Bag;
}

/** What a call knows beside its properties. */
export interface Call {
  urn: string;
  /** The resource's name in the program. */
  name: string;
  /** For generated names: the same preview and update get the same seed. */
  seed: Uint8Array;
  /** Shows a line beside the resource while it is worked on. */
  log(line: string): void;
}

/** A failure whose message says everything: it is shown without a stack trace. */
export class PluginError extends Error {}
