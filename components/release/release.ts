import * as pulumi from "@pulumi/pulumi";
import type { Outcome } from "../../operations/ledger";
import type { PinnedImage } from "../../operations/survey";
import { isOwn } from "../../settings/database";
import type { Settings } from "../../settings/schema";
import { splitTag } from "../../settings/tag";
import { TURNS_LABEL, turnsInWords } from "../data/turns";
import { frameworks } from "../processes/frameworks";
import { renderEnvironment } from "../processes/environment";
import type { Runtime } from "../processes/runtime";
import { SecretContent } from "../swarm/content";
import { Volume } from "../swarm/volume";
import { Mark, type MarkArgs } from "./mark";
import { Migrate } from "./migrate";
import { looking } from "./looking";
import { Preflight } from "./preflight";
import { releaseId } from "./release-id";
import { StaticFiles } from "./static-files";

export interface ReleaseArgs {
  settings: Settings;
  facts: MarkArgs["release"];
  lastFailure: MarkArgs["lastFailure"];
  /** The stack's own database, where it has one. */
  postgres?: MarkArgs["database"];
  /** Backs the uploads up, less the mark's name. @default they are not */
  uploads?: pulumi.Input<object>;
  image: PinnedImage;
  /** The service whose image runs now. */
  running: string;
  stack: string;
  runtime: Runtime;
  /** The application's environment, with the login of its processes. */
  application: Record<string, string>;
  /** The same, with the login that may change the schema. */
  owner: Record<string, string>;
  /** Where the database is, with the login that may change the schema. */
  databaseUrl?: string;
}

/** What is done once a release, in its image, before anything rolls. */
export class Release extends pulumi.ComponentResource {
  /** The end of the release before. */
  readonly mark: Mark;
  /** The static files of this release, for its web. */
  readonly staticVolume?: pulumi.Output<string>;
  /** Those of all releases, for the edge. */
  readonly edgeStatic?: pulumi.Output<string>;
  /** Names those of this release among them. */
  readonly staticRelease?: string;
  /** What its image knows of migrations, and which of them it ran; undefined where the image cannot say. */
  readonly migrations: pulumi.Output<Outcome["migrations"]>;

  constructor(name: string, args: ReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tidemark:release:Release", name, {}, opts);
    const { settings, image, runtime } = args;
    const { scope } = runtime;
    const framework = frameworks[settings.framework];
    const migrate = settings.release.migrate ?? framework.migrate ?? false;
    const collect = settings.static?.collect ?? framework.collect;

    this.mark = new Mark(
      `${name}-mark`,
      {
        scope,
        release: args.facts,
        lastFailure: args.lastFailure,
        ...(args.postgres && { database: args.postgres }),
        ...(args.uploads && { uploads: args.uploads }),
      },
      { parent: this },
    );
    const environment = new SecretContent(
      `${name}-release-environment`,
      {
        scope,
        text: renderEnvironment(args.application),
        salt: runtime.salt,
        labels: { [TURNS_LABEL]: turnsInWords(runtime.turns) },
      },
      { parent: this },
    );
    const { release } = settings;
    const look = release.preflight ? looking(settings.framework, migrate, { fit: true, sql: false }) : undefined;
    const preflight =
      look || release.checks.length > 0
        ? new Preflight(
            `${name}-preflight`,
            {
              ...{ runtime, image, settings, environment, stack: args.stack, running: args.running },
              ...(args.postgres && { database: args.postgres.host }),
              ...(look && { looking: look }),
              release: args.facts,
            },
            { parent: this },
          )
        : undefined;
    const migrated = migrate
      ? new Migrate(
          `${name}-migrate`,
          {
            runtime,
            image,
            command: migrate,
            environment: args.owner,
            ...(args.databaseUrl !== undefined && { databaseUrl: args.databaseUrl }),
            lockTimeout: release.lockTimeout,
            statementTimeout: release.statementTimeout,
            limit: release.limit,
            ...(preflight && { preflight: preflight.found }),
            release: args.facts,
            ...(args.postgres && { database: args.postgres.host }),
            ...(isOwn(settings.database) && { generation: settings.database.generation }),
          },
          { parent: this, dependsOn: [this.mark, ...(preflight ? [preflight] : [])] },
        )
      : undefined;
    this.migrations = pulumi.all([preflight?.found, migrated?.migrated]).apply(([found, its]) => {
      const { migrations } = found ?? {};
      return migrations && { known: migrations.known, ran: its?.ran ?? [] };
    });
    if (settings.static && collect) {
      const edge = new Volume(`${name}-static`, { scope, holds: "copies" }, { parent: this });
      const id = releaseId(splitTag(settings.tag).name, image.pinned);
      const files = new StaticFiles(
        `${name}-static-of`,
        {
          runtime,
          image,
          command: collect,
          root: settings.static.root,
          release: args.facts,
          id,
          environment,
          edge: edge.name,
          ...webPlacement(settings),
        },
        { parent: this },
      );
      this.staticVolume = files.volume;
      this.edgeStatic = edge.name;
      this.staticRelease = id;
    }
    this.registerOutputs({});
  }
}

function webPlacement({ processes }: Settings): { placement?: Record<string, string> } {
  const placement = Object.values(processes).find(({ kind }) => kind === "web")?.placement;
  return placement ? { placement } : {};
}
