import assert from "node:assert/strict";
import { it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { evidenceIn } from "../operations/evidence";
import { type Outcome, type TryOut, tryOut } from "./try-out";

const limits = { timeout: 240_000 };
const password = "password-of-uploads-61b0";

interface Snapshot {
  snapshot: string;
  at: string;
  files: number;
  stored: number;
  mark?: string;
}

/** Uploads, and where they are backed up. */
class Uploads {
  private constructor(
    private readonly its: TryOut,
    private readonly secrets: string,
    readonly repository: string,
    readonly live: string,
  ) {}

  static async begin(its: TryOut): Promise<Uploads> {
    const config = (known: string) =>
      JSON.stringify({ password: known, repositories: [{ kind: "volume", at: "/var/lib/restic" }] });
    const secrets = await its.secret("media", config(password));
    await its.onVolume(secrets, "cat > /v/other", config("another password"));
    const uploads = new Uploads(its, secrets, await its.volume(), await its.volume());
    await its.onVolume(uploads.live, "printf 'shop-media-g1\\n' > /v/.tidemark-volume && chown 1000:1000 /v");
    return uploads;
  }

  run(folder: string, command: string[], more: string[] = []): Promise<Outcome> {
    const flags = [
      ...["--volume", `${folder}:/uploads`, "--volume", `${this.repository}:/var/lib/restic`],
      ...["--volume", `${this.secrets}:/run/secrets:ro`, "--user", "0", "--cap-drop", "ALL"],
      ...["CHOWN", "DAC_OVERRIDE", "FOWNER"].flatMap((one) => ["--cap-add", one]),
      ...more,
    ];
    return this.its.run(flags, ["tidemark-media", ...command]);
  }

  async backup(mark?: string): Promise<Snapshot> {
    const made = await this.run(this.live, ["backup", "shop", "1", "/uploads", "30", ...(mark ? [mark] : [])]);
    assert.equal(made.code, 0, made.output);
    return evidence<Snapshot>(made);
  }

  restore(into: string, ...target: string[]): Promise<Outcome> {
    return this.run(into, ["restore", "shop", "/uploads", "shop-media-g2", ...target]);
  }

  /** Every file with owner, mode and content. */
  contents(volume: string): Promise<string> {
    const line =
      "cd /v && find . ! -name '.tidemark*' -printf '%p %U:%G %m %y %l\\n' | sort && " +
      "find . -type f ! -name '.tidemark*' -exec sha256sum {} + | sort";
    return this.its.onVolume(volume, line);
  }
}

const evidence = <T>({ output }: Outcome): T => evidenceIn<T>(output.split("\n"))!;

it("brings every file back as it was, whatever its name, and stores it once", limits, () =>
  tryOut("keeper", async (its) => {
    const uploads = await Uploads.begin(its);
    await its.onVolume(
      uploads.live,
      "cd /v && mkdir -p 'a b/c' empty && printf one > 'a b/c/it is \"odd\" $HOME.txt' && printf two > \"$(printf 'new\\nline')\" && " +
        "printf three > Žofie.pdf && ln -s Žofie.pdf link && head -c 30M /dev/urandom > large && chmod 640 large && " +
        "chown -R 1000:1000 . && chown 33:33 large",
    );
    const first = await uploads.backup();
    assert.ok(first.stored > 30 * 2 ** 20, `${first.stored}`);
    const second = await uploads.backup("end-of-1.0.0-2");
    assert.ok(second.stored < 100_000, `${second.stored} were stored of nothing new`);
    const other = await its.volume();
    const restored = await uploads.restore(other, "mark", "end-of-1.0.0-2");
    assert.equal(restored.code, 0, restored.output);
    assert.equal(await uploads.contents(other), await uploads.contents(uploads.live));
    assert.equal(await its.onVolume(other, "cat /v/.tidemark-volume; stat -c %u /v"), "shop-media-g2\n1000");
    const again = await uploads.restore(other, "latest");
    assert.deepEqual([again.code, evidence(again)], [0, { restored: false }]);
    const full = await uploads.restore(uploads.live, "latest");
    assert.equal(full.code, 78);
    assert.match(full.output, /It holds the volume shop-media-g1 already/);
  }),
);

it("takes of a moment the first snapshot after it, and says what there is where there is none", limits, () =>
  tryOut("keeper", async (its) => {
    const uploads = await Uploads.begin(its);
    const files: string[] = [];
    const moments: string[] = [];
    for (const name of ["one", "two"]) {
      await its.onVolume(uploads.live, `printf x > /v/${name}`);
      files.push(name);
      moments.push(new Date().toISOString());
      await pause(1_100);
      await uploads.backup();
      await pause(1_100);
    }
    const at = async (...target: string[]): Promise<string> => {
      const volume = await its.volume();
      const { code, output } = await uploads.restore(volume, ...target);
      assert.equal(code, 0, output);
      return its.onVolume(volume, "ls /v");
    };
    assert.equal(await at("time", moments[0]!), "one");
    assert.equal(await at("time", moments[1]!), "one\ntwo");
    assert.equal(await at("time", new Date().toISOString()), "one\ntwo");
    const none = await uploads.restore(await its.volume(), "mark", "end-of-9");
    assert.equal(none.code, 78);
    assert.match(none.output, /There is no snapshot of the uploads for mark end-of-9\n {2}\w+ of 20/);
    const list = evidence<{ snapshots: Snapshot[] }>(await uploads.run(uploads.live, ["list", "shop"])).snapshots;
    assert.deepEqual(
      list.map((one) => one.files),
      [2, 1],
    );
  }),
);

it("finds a truncated pack, restores nothing from it, and leaves the live ones alone", limits, () =>
  tryOut("keeper", async (its) => {
    const uploads = await Uploads.begin(its);
    await its.onVolume(uploads.live, "head -c 20M /dev/urandom > /v/large");
    await uploads.backup();
    const whole = await uploads.run(uploads.live, ["check", "shop"], ["--env", "TIDEMARK_CHECK_ALL=1"]);
    assert.equal(whole.code, 0, whole.output);
    const before = await uploads.contents(uploads.live);
    await its.onVolume(
      uploads.repository,
      "f=$(find /v/data -type f -size +4M | head -1) && chmod u+w $f && truncate -s 1M $f",
    );
    const found = await uploads.run(uploads.live, ["check", "shop"], ["--env", "TIDEMARK_CHECK_ALL=1"]);
    assert.equal(found.code, 78, found.output);
    assert.match(found.output, /are damaged in their repository\n {2}volume:/);
    const other = await its.volume();
    const restored = await uploads.restore(other, "latest");
    assert.equal(restored.code, 78, restored.output);
    assert.doesNotMatch(await its.onVolume(other, "ls -A /v"), /tidemark-volume/);
    assert.equal(await uploads.contents(uploads.live), before);
  }),
);

it("goes on where a restore was ended in the middle, and never over files that it did not write", limits, () =>
  tryOut("keeper", async (its) => {
    const uploads = await Uploads.begin(its);
    await its.onVolume(uploads.live, "cd /v && for i in 1 2 3 4; do head -c 5M /dev/urandom > f$i; done");
    await uploads.backup();
    const half = await its.volume();
    await its.onVolume(half, "printf 'shop-media-g2\\n' > /v/.tidemark-restoring && head -c 2M /dev/urandom > /v/f1");
    const restored = await uploads.restore(half, "latest");
    assert.equal(restored.code, 0, restored.output);
    const files = "cd /v && sha256sum f1 f2 f3 f4";
    assert.equal(await its.onVolume(half, files), await its.onVolume(uploads.live, files));
    const foreign = await its.volume();
    await its.onVolume(foreign, "printf mine > /v/mine");
    const refused = await uploads.restore(foreign, "latest");
    assert.equal(refused.code, 78);
    assert.match(refused.output, /It holds files \(mine\)/);
    assert.equal(await its.onVolume(foreign, "ls -A /v"), "mine");
  }),
);

it("says plainly what keeps a repository closed, and no key", limits, () =>
  tryOut("keeper", async (its) => {
    const uploads = await Uploads.begin(its);
    await its.onVolume(uploads.live, "printf x > /v/one");
    const none = await uploads.restore(await its.volume(), "latest");
    assert.match(none.output, /There is no snapshot of the uploads of shop\n {2}volume: There is no repository/);
    await uploads.backup();
    const wrong = await uploads.run(
      uploads.live,
      ["backup", "shop", "1", "/uploads", "30"],
      ["--env", "TIDEMARK_MEDIA=/run/secrets/other"],
    );
    assert.equal(wrong.code, 78, wrong.output);
    assert.match(wrong.output, /made with another key\. Is TIDEMARK_KEY/);
    await its.onVolume(uploads.repository, "rm /v/config");
    const half = await uploads.run(uploads.live, ["backup", "shop", "1", "/uploads", "30"]);
    assert.equal(half.code, 78, half.output);
    assert.match(half.output, /but not its config: a part of it was deleted/);
    assert.doesNotMatch(none.output + wrong.output + half.output, new RegExp(password));
  }),
);
