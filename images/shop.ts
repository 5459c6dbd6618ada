import assert from "node:assert/strict";
import { type Outcome, type TryOut, docker, until } from "./try-out";

export const password = "archive-password-71f0";
export const key = "repository-key-71f1";
const pgbackrest = (stanza: string): string =>
  `pgbackrest --config=/run/secrets/archive --stanza=${stanza} --pg1-path=/var/lib/postgresql/data/pgdata archive-push "%p"`;

/** pgBackRest's configuration, as a stack's secret holds it. */
export const configuration = (its: string): string => `[global]
repo1-path=/var/lib/pgbackrest
repo1-cipher-type=aes-256-cbc
repo1-cipher-pass=${its}
repo1-retention-full=4
repo1-bundle=y
repo1-block=y
compress-type=zst
log-level-console=warn
log-level-file=off
lock-path=/tmp/pgbackrest
spool-path=/tmp/pgbackrest
start-fast=y
`;

interface Options {
  archiveTimeout?: string;
  repositoryBytes?: number;
}

/** A database whose every order is a row, and its repository. */
export class Shop {
  private constructor(
    private readonly its: TryOut,
    private readonly repository: string,
    private readonly secrets: string,
    private readonly sockets: string,
    readonly stateVolume: string,
    private readonly archiveTimeout: string,
    private readonly volumes = new Map<number, string>(),
    private server = "",
  ) {}

  /** @param options how soon a file of changes is closed, and how large the repository's disk is */
  static async open(its: TryOut, { archiveTimeout = "30s", repositoryBytes }: Options = {}): Promise<Shop> {
    const secrets = await its.secret("password", password);
    await its.onVolume(secrets, "cat > /v/superuser", password);
    await its.onVolume(secrets, "cat > /v/archive", configuration(key));
    const shop = new Shop(
      its,
      await its.volume(repositoryBytes),
      secrets,
      await its.volume(),
      await its.volume(),
      archiveTimeout,
    );
    const volume = await shop.volumeOf(1);
    const made = await its.run(
      [...shop.mounts(volume), "--user", "0"],
      ["tidemark-postgres", "initialise", "shop", "1", "/run/secrets/password"],
    );
    assert.equal(made.code, 0, made.output);
    await shop.serve(1);
    await shop.sql("create table orders (id int primary key, note text)");
    const first = await shop.archive("first", "shop", "1", "/run/secrets/password");
    assert.equal(first.code, 0, first.output);
    return shop;
  }

  /** Runs the server of a generation, in the place of the one that ran. */
  async serve(generation: number): Promise<void> {
    if (this.server) await docker(["stop", "--time", "30", this.server]);
    const settings = [
      "archive_mode = 'on'",
      `archive_command = '${pgbackrest(`shop-g${generation}`)}'`,
      `archive_timeout = '${this.archiveTimeout}'`,
    ];
    const etc = await this.its.secret("postgresql.conf", `${settings.join("\n")}\n`);
    const flags = [...this.mounts(await this.volumeOf(generation)), "--volume", `${etc}:/etc/tidemark:ro`];
    this.server = await this.its.start(flags, ["tidemark-postgres", "serve", "shop", String(generation)]);
    const check = ["tidemark-postgres", "healthcheck", "/run/secrets/password"];
    await until("a healthy server", 30_000, async () => (await this.its.inside(this.server, check)).code === 0);
  }

  async sql(text: string): Promise<string> {
    const psql = ["psql", "-h", "/var/run/postgresql", "-U", "tidemark", "-d", "postgres", "-AtwX", "-c", text];
    const { code, output } = await this.its.inside(this.server, psql, ["--env", `PGPASSWORD=${password}`]);
    assert.equal(code, 0, output);
    return output.trim();
  }

  /** An order, on its way to the repository before this returns. */
  async order(id: number): Promise<void> {
    await this.sql(`insert into orders values (${id}, 'order ${id}')`);
    const segment = await this.sql("select pg_walfile_name(pg_switch_wal())");
    await until(`${segment} in the repository`, 30_000, async () => {
      const last = await this.sql("select coalesce(last_archived_wal, '') from pg_stat_archiver");
      return last.slice(-16) >= segment.slice(-16);
    });
  }

  orders(): Promise<string> {
    return this.sql("select string_agg(id::text, ',' order by id) from orders");
  }

  async at(generation: number, ...command: string[]): Promise<Outcome> {
    return this.job(await this.volumeOf(generation), command);
  }

  async archive(...command: string[]): Promise<Outcome> {
    const generation = command.find((word) => /^\d+$/.test(word)) ?? "1";
    return this.job(await this.volumeOf(Number(generation)), command);
  }

  /** Fills the volume of another generation; whose server is gone, so nothing more comes of the latest. */
  async restore(generation: number, ...target: string[]): Promise<Outcome> {
    const restored = await this.begin(generation, ...target);
    if (target[0] === "latest" && restored.code === 0) {
      const finished = await this.archive("finish", "shop", String(generation), "/run/secrets/password");
      assert.equal(finished.code, 0, finished.output);
    }
    return restored;
  }

  async begin(generation: number, ...target: string[]): Promise<Outcome> {
    const command = ["restore", "shop", String(generation), "/run/secrets/password", ...target];
    return this.job(await this.volumeOf(generation), command);
  }

  /** As one of the application's roles. */
  async as(role: string, its: string, text: string): Promise<Outcome> {
    const psql = ["psql", "-h", "/var/run/postgresql", "-U", role, "-d", "postgres", "-AtwX", "-c", text];
    return this.its.inside(this.server, psql, ["--env", `PGPASSWORD=${its}`]);
  }

  async write(file: string, content: string): Promise<void> {
    await this.its.onVolume(this.secrets, `cat > /v/${file}`, content);
  }

  async inRepository(line: string): Promise<string> {
    return this.its.onVolume(this.repository, line);
  }

  async withKey(its: string): Promise<void> {
    await this.its.onVolume(this.secrets, "cat > /v/archive", configuration(its));
  }

  /** As on another machine: the next one to be asked for is empty. */
  forgetVolume(generation: number): Promise<void> {
    return Promise.resolve(void this.volumes.delete(generation));
  }

  async kill(): Promise<void> {
    await docker(["kill", this.server]);
    await docker(["rm", "--force", this.server]);
    this.server = "";
  }

  async files(generation: number): Promise<string> {
    return this.its.onVolume(await this.volumeOf(generation), "ls -A /v");
  }

  private job(volume: string, command: string[]): Promise<Outcome> {
    return this.its.run([...this.mounts(volume), "--user", "0"], ["tidemark-archive", ...command]);
  }

  /** The keeper, with that plan and that past; on this machine's own network, so that it reaches what a test listens with. */
  async keeper(plan: object, history?: object): Promise<string> {
    const etc = await this.its.secret("keeper.json", JSON.stringify(plan));
    if (history) await this.onState("cat > /v/history.json && chown 999:999 /v/history.json", JSON.stringify(history));
    const flags = [...this.mounts(await this.volumeOf(1)), "--volume", `${etc}:/etc/tidemark:ro`, "--network", "host"];
    return this.its.start(flags, ["tidemark-keeper", "serve"]);
  }

  /** A shell line as root on the keeper's own volume. */
  onState(line: string, input = ""): Promise<string> {
    return this.its.onVolume(this.stateVolume, `chown 999:999 /v && chmod 770 /v && ${line}`, input);
  }

  private async volumeOf(generation: number): Promise<string> {
    const volume = this.volumes.get(generation) ?? (await this.its.volume());
    this.volumes.set(generation, volume);
    return volume;
  }

  private mounts(volume: string): string[] {
    return [
      ...["--volume", `${volume}:/var/lib/postgresql/data`, "--volume", `${this.secrets}:/run/secrets:ro`],
      ...["--volume", `${this.repository}:/var/lib/pgbackrest`, "--volume", `${this.sockets}:/var/run/postgresql`],
      ...["--volume", `${this.stateVolume}:/var/lib/tidemark-keeper`],
    ];
  }
}
