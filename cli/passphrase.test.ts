import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { passphrase } from "./passphrase";

describe("a stack's passphrase", () => {
  let folder: string;
  const file = (stack: string): string => path.join(folder, `Pulumi.${stack}.passphrase`);
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "tidemark-passphrase-"));
    await writeFile(file("dev"), "known to all");
  });
  after(() => rm(folder, { recursive: true }));

  it("is that of the file beside its settings", () =>
    assert.deepEqual(passphrase(folder, "dev", {}), { PULUMI_CONFIG_PASSPHRASE_FILE: file("dev") }));

  it("is the shell's own where it gives one", () => {
    assert.deepEqual(passphrase(folder, "dev", { PULUMI_CONFIG_PASSPHRASE: "mine" }), {});
    assert.deepEqual(passphrase(folder, "prod", { PULUMI_CONFIG_PASSPHRASE_FILE: "/safe/words" }), {});
    assert.deepEqual(passphrase(folder, "prod", {}), {});
  });

  it("is never that of another stack, which a shell may still hold", () => {
    const env = { PULUMI_CONFIG_PASSPHRASE_FILE: file("dev") };
    assert.throws(() => passphrase(folder, "prod", env), {
      message:
        /Pulumi\.dev\.passphrase {2}It is the passphrase of another stack than prod\.\n {2}Take it out of this shell/,
    });
    assert.deepEqual(passphrase(folder, "dev", { PULUMI_CONFIG_PASSPHRASE_FILE: file("prod") }), {
      PULUMI_CONFIG_PASSPHRASE_FILE: file("dev"),
    });
  });
});
