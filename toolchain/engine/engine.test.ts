import assert from "node:assert/strict";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Progress } from "../progress";
import { contentKey } from "./content-key";
import { type Engine, ensureEngine } from "./engine";
import { findGo, usableGo } from "./go";
import { hasPlugin, linkTo, personalHome, pluginFile, sameFile, withdrawOwn } from "./home";
import { installed } from "./installed";
import { CLI, COMMAND, DOCKER, GO_PROGRAMS, ON_DEMAND, PLUGINS, PULUMI_VERSION } from "./pins";
import { onPath } from "./programs";
import { recall, remember } from "./remembered";
import { atLeast } from "./versions";

const { dependencies } = require("../../package.json") as { dependencies: Record<string, string> };

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "tidemark-engine-")));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An executable that prints one line, or fails without one. */
function program(file: string, line?: string): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho run >>'${file}.log'\n${line === undefined ? "exit 1" : `echo '${line}'`}\n`);
  chmodSync(file, 0o755);
  return file;
}

const quiet = (): Progress => new Progress({ write: () => true });

describe("the pinned versions", () => {
  it("are those of the npm packages", () => {
    assert.equal(dependencies["@pulumi/pulumi"], PULUMI_VERSION);
    for (const { name, version } of [...PLUGINS, ...ON_DEMAND]) assert.equal(dependencies[`@pulumi/${name}`], version);
  });
});

describe("a version", () => {
  for (const [version, oldest, enough] of [
    ["v3.250.0", "3.250.0", true],
    ["3.1000.0", "3.250.0", true],
    ["3.99.9", "3.250.0", false],
    ["1.26", "1.26", true],
    ["1.26.8", "1.26", true],
    ["1.19.8", "1.26", false],
    ["4.0.0-alpha.1", "3.250.0", true],
    ["unknown", "1.26", false],
  ] as const)
    it(`${version} ${enough ? "is" : "is not"} at least ${oldest}`, () =>
      assert.equal(atLeast(version, oldest), enough));
});

describe("the key of what is built", () => {
  const source = path.join(__dirname, CLI.folder);

  it("changes with any file that decides the result and with nothing else", () => {
    const copy = path.join(folder, "cli");
    cpSync(source, copy, { recursive: true });
    const before = contentKey(copy, CLI);
    assert.equal(before, contentKey(source, CLI));
    writeFileSync(path.join(copy, "some_test.go"), "package tools");
    writeFileSync(path.join(copy, "README.md"), "read me");
    assert.equal(contentKey(copy, CLI), before);
    writeFileSync(path.join(copy, "go.sum"), "other\n");
    const other = contentKey(copy, CLI);
    assert.notEqual(other, before);
    assert.notEqual(contentKey(copy, { ...CLI, linkerFlags: "-s" }), other);
  });

  it("exists for every module of the repository", () => {
    const keys = GO_PROGRAMS.map((one) => contentKey(path.join(__dirname, one.folder), one));
    assert.equal(new Set(keys).size, GO_PROGRAMS.length);
  });
});

describe("Go", () => {
  it("is found on PATH with its version, and no process is started for that", () => {
    program(path.join(folder, "go/bin/go"));
    writeFileSync(path.join(folder, "go/VERSION"), "go1.27.1\ntime 2026-11-01T00:00:00Z\n");
    mkdirSync(path.join(folder, "bin"));
    symlinkSync("../go/bin/go", path.join(folder, "bin/go"));
    const go = findGo({ PATH: path.join(folder, "bin") });
    assert.deepEqual(go, { command: path.join(folder, "go/bin/go"), version: "1.27.1" });
  });

  it("is refused with the fix when it is too old", () =>
    assert.throws(() => usableGo({ command: "/usr/bin/go", version: "1.19.8" }), {
      name: "OperationError",
      message: /^Go 1\.19\.8 \(\/usr\/bin\/go\) is too old[\s\S]*Go 1\.26 or newer[\s\S]*https:\/\/go\.dev\/dl\//,
    }));

  it("is asked for when there is none", () =>
    assert.throws(() => usableGo(undefined), /There is no Go to build the engine with[\s\S]*put Pulumi on PATH/));
});

describe("the Pulumi on PATH", () => {
  const bin = (): string => path.join(folder, "bin");
  const found = (): ReturnType<typeof installed> => installed({ PATH: bin() }, path.join(folder, "cache"));

  it("is used when it is new enough and has its language host", async () => {
    program(path.join(bin(), "pulumi"), `v${PULUMI_VERSION}`);
    program(path.join(bin(), "pulumi-language-nodejs"));
    assert.deepEqual(await found(), { bin: bin(), version: PULUMI_VERSION });
  });

  it("is passed over when it is older", async () => {
    program(path.join(bin(), "pulumi"), "v3.200.0");
    assert.equal(await found(), `pulumi 3.200.0 on PATH is older than ${PULUMI_VERSION}`);
  });

  it("is passed over when it cannot run Node programs", async () => {
    program(path.join(bin(), "pulumi"), "v3.260.0");
    assert.equal(await found(), "pulumi 3.260.0 on PATH has no pulumi-language-nodejs beside it");
  });

  it("is passed over when it does not even say its version", async () => {
    const launcher = program(path.join(bin(), "pulumi"));
    assert.equal(await found(), `pulumi on PATH (${launcher}) does not run`);
  });

  it("is not one that we put there ourselves", async () => {
    program(path.join(folder, "cache/checkout/bin/pulumi"), `v${PULUMI_VERSION}`);
    const env = { PATH: path.join(folder, "cache/checkout/bin") };
    assert.equal(await installed(env, path.join(folder, "cache")), "no pulumi on PATH");
    assert.equal(onPath("pulumi", env), path.join(folder, "cache/checkout/bin/pulumi"));
  });
});

describe("the home", () => {
  it("of a person is never one of ours, even in a shell that has ours set", () => {
    const cache = path.join(folder, "cache");
    const theirs = personalHome({}, cache);
    assert.match(theirs, /\.pulumi$/);
    assert.equal(personalHome({ PULUMI_HOME: path.join(cache, "checkout/home") }, cache), theirs);
    assert.equal(personalHome({ PULUMI_HOME: "/srv/pulumi" }, cache), "/srv/pulumi");
  });

  it("follows a repository that has moved", () => {
    const file = pluginFile(folder, COMMAND);
    linkTo(file, program(path.join(folder, "old")));
    linkTo(file, program(path.join(folder, "new")));
    assert.equal(readlinkSync(file), path.join(folder, "new"));
    assert.ok(hasPlugin(folder, COMMAND));
    rmSync(path.join(folder, "new"));
    assert.equal(hasPlugin(folder, COMMAND), false);
  });

  it("has programs that are no links, and takes a newly built one in place of the old", () => {
    const file = path.join(folder, "own/bin/pulumi");
    for (const name of ["old", "new", "new"]) {
      const target = path.join(folder, name, "pulumi");
      sameFile(file, program(target));
      assert.equal(statSync(file).ino, statSync(target).ino);
      assert.equal(realpathSync(file), file);
      assert.deepEqual(readdirSync(path.dirname(file)), ["pulumi"]);
    }
  });

  it("gives up a plugin of ours for the official one, and never the other way round by itself", () => {
    linkTo(pluginFile(folder, COMMAND), program(path.join(folder, "stand-in")));
    program(pluginFile(folder, DOCKER));
    withdrawOwn(folder, COMMAND);
    withdrawOwn(folder, DOCKER);
    assert.deepEqual(
      [COMMAND, DOCKER].map((one) => hasPlugin(folder, one)),
      [false, true],
    );
  });

  it("has each plugin where Pulumi looks for it", () =>
    assert.equal(pluginFile("/h", DOCKER), "/h/plugins/resource-docker-v5.2.0/pulumi-resource-docker"));
});

describe("a remembered choice", () => {
  it("holds while what it depends on is the same and its programs are there", () => {
    const [file, pulumi] = [path.join(folder, "own/choice.json"), program(path.join(folder, "pulumi"))];
    const engine: Engine = { bin: folder, home: folder, source: "built", version: PULUMI_VERSION, why: "tested" };
    assert.equal(recall(file, "a"), undefined);
    remember(file, { key: "a", engine, files: [pulumi] });
    assert.deepEqual(recall(file, "a"), engine);
    assert.equal(recall(file, "b"), undefined);
    rmSync(pulumi);
    assert.equal(recall(file, "a"), undefined);
  });
});

describe("ensureEngine", { timeout: 60_000 }, () => {
  const root = path.resolve(__dirname, "../..");

  /** A person's machine: everything official on PATH and in their home. */
  function machine(): NodeJS.ProcessEnv {
    program(path.join(folder, "bin/pulumi"), `v${PULUMI_VERSION}`);
    program(path.join(folder, "bin/pulumi-language-nodejs"));
    for (const plugin of PLUGINS) program(pluginFile(path.join(folder, "home"), plugin));
    return {
      PATH: path.join(folder, "bin"),
      PULUMI_HOME: path.join(folder, "home"),
      TIDEMARK_CACHE: path.join(folder, "cache"),
    };
  }

  it("takes a Pulumi that is there with its plugins, and runs it no more at a second start", async () => {
    const env = machine();
    const engine = await ensureEngine(quiet(), { root, env });
    assert.deepEqual(engine, {
      bin: path.join(folder, "bin"),
      home: path.join(folder, "home"),
      source: "path",
      version: PULUMI_VERSION,
      why: `Pulumi ${PULUMI_VERSION} from PATH (${path.join(folder, "bin")}), with the official plugins`,
    });
    const log = path.join(folder, "bin/pulumi.log");
    const runs = readFileSync(log, "utf8");
    assert.deepEqual(await ensureEngine(quiet(), { root, env }), engine);
    assert.equal(readFileSync(log, "utf8"), runs);
  });

  it("chooses again when the Pulumi on PATH has changed", async () => {
    const env = machine();
    await ensureEngine(quiet(), { root, env });
    program(path.join(folder, "bin/pulumi"), "v3.999.0");
    assert.equal((await ensureEngine(quiet(), { root, env })).version, "3.999.0");
  });
});
