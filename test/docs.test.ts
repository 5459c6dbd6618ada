import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { describe, it } from "node:test";
import { execa } from "execa";
import { tidemark } from "../cli/program";
import { outline, readSettings } from "../settings/load";
import { type Refusal } from "../settings/refusal";
import { OLDEST_GO, ON_DEMAND, PLUGINS, PULUMI_VERSION } from "../toolchain/engine/pins";
import { onPath } from "../toolchain/engine/programs";
import { complaints, manifest, PULUMI } from "./docs/command-line";
import { anchors, beside, blocks, commands, commandsWithin, links, manual, page, ROOT } from "./docs/pages";

const all = [...manual, ...beside];
const sample = page("Pulumi.prod.yaml");

describe("every command that a reader is told to type", () => {
  for (const one of manual)
    it(`can be typed: ${one.file}`, async () =>
      assert.deepEqual((await Promise.all(commands(one).map(complaints))).flat(), []));

  it("can be typed: the comments of the production sample", async () => {
    const found = commandsWithin(sample.text, /^\s*# {3,}(.*)$/);
    assert.equal(found.length, 5);
    assert.deepEqual((await Promise.all(found.map(complaints))).flat(), []);
  });

  it("can be typed: what the demo says to type next", async () => {
    const found = commandsWithin(page("cli/demo.ts").text, /^ {2}((?:npx|npm|pulumi|eval) .*)$/);
    assert.ok(found.length >= 5);
    assert.deepEqual((await Promise.all(found.map(complaints))).flat(), []);
  });

  it("is told apart from one that cannot be typed", async () => {
    const wrong = [
      "npm run nothing",
      "npx tidemark up --now",
      "pulumi up --maybe",
      "pulumi fly",
      "rm -rf x",
      "npx tidemark launch",
    ];
    const found = await Promise.all(wrong.map(complaints));
    assert.deepEqual(
      found.map(({ length }) => length),
      wrong.map(() => 1),
    );
    const right = [
      'eval "$(npx tidemark env --stack prod)"',
      "pulumi config set --secret --path secrets.A --stack prod < key.pem",
    ];
    assert.deepEqual((await Promise.all(right.map(complaints))).flat(), []);
    assert.equal((await complaints('eval "$(npx tidemark enw)"')).length, 1);
  });

  const pulumi = onPath("pulumi", process.env);
  if (pulumi !== undefined)
    it("uses only flags that this pulumi has", async () => {
      const missing = await Promise.all(
        Object.entries(PULUMI).map(async ([command, flags]) => {
          const { stdout } = await execa(pulumi, [...command.split(" "), "--help"], { stdin: "ignore" });
          return flags
            .filter((flag) => !new RegExp(`(^|\\s)${flag}\\b`, "m").test(stdout))
            .map((flag) => `${command} ${flag}`);
        }),
      );
      assert.deepEqual(missing.flat(), []);
    });

  it("covers every verb of tidemark", () => {
    const text = manual.flatMap(commands).join("\n");
    const silent = tidemark().commands.filter((verb) => !new RegExp(`(tidemark|run) ${verb.name()}\\b`).test(text));
    assert.deepEqual(
      silent.map((verb) => verb.name()),
      [],
    );
  });
});

describe("every page", () => {
  for (const one of all)
    it(`leads to what is there: ${one.file}`, () => {
      const broken = links(one).filter((link) => {
        const [file = "", anchor] = link.split("#");
        const target = file === "" ? one.file : path.join(path.dirname(one.file), file);
        if (!existsSync(path.join(ROOT, target))) return true;
        return anchor !== undefined && !anchors(page(target)).includes(anchor);
      });
      assert.deepEqual(broken, []);
    });

  it("names no place of the machine it was written on, and no other site than those meant", () => {
    const sites = /^(127\.0\.0\.1|[\w.-]*\.example(\.com)?|semver\.org)$/;
    const found = all.flatMap(({ file, text }) => [
      ...[...text.matchAll(/\/(work|root|home|shared)\/\S*/g)].map(([place]) => `${file}: ${place}`),
      ...[...text.matchAll(/https?:\/\/([\w.-]+)/g)]
        .filter(([, host = ""]) => !sites.test(host))
        .map(([url]) => `${file}: ${url}`),
    ]);
    assert.deepEqual(found, []);
  });

  it("makes nothing sound easier than it is, and leaves nothing to be written", () => {
    const words = /\b(simply|just|easily|robust|seamless(ly)?|TODO|FIXME|TBD)\b/gi;
    assert.deepEqual(
      manual.flatMap(({ file, text }) => [...text.matchAll(words)].map(([word]) => `${file}: ${word}`)),
      [],
    );
  });
});

describe("every stack file that is shown", () => {
  const filled = (text: string) => text.replaceAll(/^( +[A-Z][A-Z0-9_]*):$/gm, "$1: { secure: v1:x:y }");

  for (const one of manual)
    for (const [index, text] of blocks(one, "yaml").entries())
      it(`loads once its secrets are set: ${one.file}, ${index + 1}`, () =>
        assert.doesNotThrow(() => outline({ file: "Pulumi.trial.yaml", text: filled(text) })));

  it("loads: the demo's", () =>
    assert.equal(outline({ file: "Pulumi.dev.yaml", text: page("Pulumi.dev.yaml").text }).throwAway, true));

  it("the production sample says what is still to be filled in", () =>
    assert.throws(
      () => outline({ file: sample.file, text: sample.text }),
      (error: Refusal) => {
        assert.deepEqual(
          error.problems.map(({ at }) => at),
          [
            ...["registry.server", "registry.username", "edge.hosts[0]", "edge.tls.certificate", "env.ALLOWED_HOSTS"],
            ...["TIDEMARK_KEY", "DJANGO_SECRET_KEY", "REGISTRY_PASSWORD", "TLS_KEY"].map((name) => `secrets.${name}`),
          ],
        );
        assert.match(
          error.message,
          /secrets\.DJANGO_SECRET_KEY: nothing .* pulumi config set --secret --path secrets\.DJANGO_SECRET_KEY --stack prod/,
        );
        return true;
      },
    ));

  it("the production sample loads once it is filled in", () => {
    const names = ["TIDEMARK_KEY", "DJANGO_SECRET_KEY", "REGISTRY_PASSWORD", "TLS_KEY"];
    const secrets = Object.fromEntries(names.map((name) => [name, `${name}-`.repeat(8)]));
    const text = filled(sample.text)
      .replace("certificate: CHANGE_ME", 'certificate: "-----BEGIN CERTIFICATE-----"')
      .replaceAll("CHANGE_ME", "shop.example");
    const settings = readSettings({ file: sample.file, text, values: { get: (key) => ({ secrets })[key] } });
    assert.deepEqual(settings.secrets, secrets);
    assert.equal(settings.throwAway, false);
    assert.deepEqual(Object.keys(settings.processes), ["web", "worker", "beat"]);
  });
});

describe("what stands in two places", () => {
  it("is the same: the versions of the engine", () => {
    const { text } = page("docs/engine.md");
    const plugins = [...PLUGINS, ...ON_DEMAND];
    const rows = [["Pulumi", PULUMI_VERSION], ...plugins.map(({ name, version }) => [`plugin ${name}`, version])];
    for (const [what, version] of rows) assert.match(text, new RegExp(`^\\| ${what} +\\| ${version} +\\|$`, "m"));
    assert.ok(text.includes(`at least ${PULUMI_VERSION}`) && text.includes(`Go ${OLDEST_GO} or newer`));
  });

  it("is the same: the dependencies and why each is there", () => {
    const { text } = page("CONTRIBUTING.md");
    const table = text.slice(text.indexOf("## Dependencies"), text.indexOf("## Words"));
    const told = [...table.matchAll(/^\| (`.*?) +\|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    );
    assert.deepEqual(told.sort(), Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).sort());
  });
});
