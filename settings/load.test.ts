import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { outline, readSettings } from "./load";
import type { Problem } from "./refusal";
import { Refusal } from "./refusal";
import { settingsSchema } from "./schema";

const KEY = "k".repeat(44);
const SMALL = `
config:
  tidemark:name: shop
  tidemark:tag: 1.4.2
  tidemark:image: registry.example/shop
  tidemark:processes:
    web: { kind: web, health: { path: /health } }
  tidemark:secrets:
    TIDEMARK_KEY: { secure: v1:fake }
`;

function read(
  text: string | undefined,
  secrets: Record<string, string> = { TIDEMARK_KEY: KEY },
  more: Record<string, unknown> = {},
) {
  return readSettings({ file: "Pulumi.prod.yaml", text, values: { get: (key) => ({ secrets, ...more })[key] } });
}

function refused(text: string | undefined, secrets?: Record<string, string>): readonly Problem[] {
  try {
    read(text, secrets);
  } catch (error) {
    if (error instanceof Refusal) return error.problems;
    throw error;
  }
  throw new assert.AssertionError({ message: "it was accepted" });
}

describe("a stack file that says enough", () => {
  it("gives settings with every default filled in, and secrets decrypted", () => {
    const settings = read(SMALL);
    assert.equal(settings.secrets["TIDEMARK_KEY"], KEY);
    assert.equal(settings.processes["web"]?.kind, "web");
    assert.equal(settings.edge.port, 80);
    assert.deepEqual(settings.database, {
      generation: 1,
      extensions: [],
      memory: "512m",
      settings: {},
      variables: { DATABASE_URL: "{url}" },
      onAhead: "refuse",
    });
  });

  it("takes keys without the project's prefix, and leaves those of others alone", () => {
    const text = SMALL.replaceAll("tidemark:", "") + "  docker:host: ssh://somewhere\n";
    assert.equal(read(text).name, "shop");
  });

  it("takes a key that is set elsewhere than in the file", () => {
    assert.equal(read(SMALL, undefined, { framework: "django", celery: "shop" }).framework, "django");
  });

  it("gives its outline, with secrets as placeholders, to who has no key to them", () => {
    const settings = outline({ file: "Pulumi.prod.yaml", text: SMALL });
    assert.deepEqual(settings.secrets, { TIDEMARK_KEY: "(secret)" });
    assert.equal(settings.tag, "1.4.2");
  });
});

describe("a stack file that says nothing", () => {
  it("is refused when it is not there", () =>
    assert.deepEqual(refused(undefined), [
      {
        at: "the file",
        got: "nothing",
        why: "There is no such file.",
        fix: "Run: pulumi stack init prod; then fill it in as Pulumi.dev.yaml shows.",
      },
    ]));

  for (const text of [
    "",
    "# a comment\n",
    "encryptionsalt: v1:abc\n",
    "config:\n",
    "config:\n  aws:region: eu-central-1\n",
  ])
    it(`is refused when it holds ${JSON.stringify(text)}`, () => {
      const get = () => undefined;
      assert.throws(() => readSettings({ file: "Pulumi.prod.yaml", text, values: { get } }), {
        message:
          "Pulumi.prod.yaml: 1 to put right, nothing was touched\n" +
          "  config: nothing  The file says nothing about an application. " +
          "Fill it in as Pulumi.dev.yaml shows, or begin with: pulumi config set name shop --stack prod",
      });
    });

  it("is refused when it is not YAML, with the line", () => {
    const [problem, ...more] = refused("config:\n  tidemark:name: [shop\n  tidemark:tag: x\n");
    assert.deepEqual(more, []);
    assert.match(`${problem?.at} ${problem?.why}`, /^line 3, column \d+ This is not YAML: Flow sequence/);
  });

  it("names a key that is written twice, with both lines", () => {
    const [problem] = refused(SMALL.replace("    web:", "    web: { kind: web, health: { path: / } }\n    web:"));
    assert.deepEqual(problem, {
      at: "processes.web",
      got: "written twice, on lines 7 and 8",
      why: "Only one of the two can be meant.",
      fix: "Take one away.",
    });
  });
});

describe("problems of shape", () => {
  const cases: [string, string, string, Problem][] = [
    [
      "an unknown key, with the nearest known one",
      "health: { path: /health }",
      "health: { path: /health }, replcias: 3",
      {
        at: "processes.web.replcias",
        got: "3",
        why: "There is no such setting.",
        fix: "Did you mean replicas?",
      },
    ],
    [
      "an unknown key at the top that is near to nothing",
      "tidemark:tag",
      "tidemark:xylophone: loud\n  tidemark:tag",
      {
        at: "xylophone",
        got: "a text",
        why: "There is no such setting.",
        fix: `Known here: ${Object.keys(settingsSchema.shape).join(", ")}.`,
      },
    ],
    [
      "no replicas",
      "health:",
      "replicas: 0, health:",
      {
        at: "processes.web.replicas",
        got: "0",
        why: "It is below 1.",
        fix: "Write a whole number, at least 1, such as 2.",
      },
    ],
    [
      "a number as a variable",
      "tidemark:tag",
      "tidemark:env: { LEVEL: 1e3 }\n  tidemark:tag",
      {
        at: "env.LEVEL",
        got: "1000",
        why: "YAML reads it as a number; a text belongs here.",
        fix: 'Quote it: LEVEL: "1e3".',
      },
    ],
    [
      "a time without a unit",
      "health:",
      'drain: "30", health:',
      {
        at: "processes.web.drain",
        got: '"30"',
        why: "It is not of the form that is needed.",
        fix: 'Write a length of time with its unit, such as "30s", "5m" or "1h".',
      },
    ],
    [
      "a negative time",
      "health:",
      "drain: -30s, health:",
      {
        at: "processes.web.drain",
        got: '"-30s"',
        why: "It is negative.",
        fix: 'Write a length of time with its unit, such as "30s", "5m" or "1h".',
      },
    ],
    [
      "an unknown kind",
      "kind: web",
      "kind: wbe",
      {
        at: "processes.web.kind",
        got: '"wbe"',
        why: "There is no such choice.",
        fix: "Write one of: web, frontend, worker, beat.",
      },
    ],
    [
      "a beat with replicas other than 1",
      "web: {",
      "beat: { kind: beat, replicas: 2 }\n    web: {",
      {
        at: "processes.beat.replicas",
        got: "2",
        why: "It can only be 1. Two would send every task twice.",
        fix: "Write 1, or leave it out.",
      },
    ],
    [
      "a missing health check",
      ", health: { path: /health }",
      "",
      {
        at: "processes.web.health",
        got: "nothing",
        why: "It is needed. How Docker asks whether it can serve.",
        fix: "Write names and values, indented beneath it.",
      },
    ],
    [
      "a command that is one text",
      "tidemark:tag",
      "tidemark:release: { migrate: alembic upgrade head }\n  tidemark:tag",
      {
        at: "release.migrate",
        got: '"alembic upgrade head"',
        why: "It has none of the forms that are known here.",
        fix: "Write a list of texts, or false.",
      },
    ],
    [
      "a number as a word of a command",
      "tidemark:tag",
      "tidemark:release: { migrate: [alembic, 5] }\n  tidemark:tag",
      {
        at: "release.migrate[1]",
        got: "5",
        why: "YAML reads it as a number; a text belongs here.",
        fix: 'Quote it: "5".',
      },
    ],
    [
      "a database's generation below 1",
      "tidemark:tag",
      "tidemark:database: { generation: 0 }\n  tidemark:tag",
      {
        at: "database.generation",
        got: "0",
        why: "It is below 1.",
        fix: "Write a whole number, at least 1, such as 1.",
      },
    ],
    [
      "an external database without a secret URL",
      "tidemark:tag",
      "tidemark:database: { external: {} }\n  tidemark:tag",
      {
        at: "database.external.url",
        got: "nothing",
        why: "It is needed. The NAME of the secret that holds the database's URL.",
        fix: "Write a text.",
      },
    ],
    [
      "a name that no service could have",
      "web: {",
      "Web_1: {",
      {
        at: "processes.Web_1",
        got: '"Web_1"',
        why: "It is not a name for a process.",
        fix: "Write small letters, digits and -, beginning with a letter, at most 30.",
      },
    ],
    [
      "a secret's name in small letters",
      "TIDEMARK_KEY: {",
      "api-token: { secure: v1:x }\n    TIDEMARK_KEY: {",
      {
        at: "secrets.api-token",
        got: '"api-token"',
        why: "It is not a name of capitals, digits and _.",
        fix: "Write it like API_TOKEN.",
      },
    ],
    [
      "a setting left empty",
      "tidemark:name: shop",
      "tidemark:name:",
      {
        at: "name",
        got: "nothing",
        why: "It is left empty. The application's name; with the stack's name it begins every name in Docker.",
        fix: 'Write small letters, digits and -, beginning with a letter, at most 30, such as "shop".',
      },
    ],
  ];
  for (const [what, from, to, problem] of cases)
    it(`refuses ${what}`, () => {
      assert.ok(SMALL.includes(from));
      assert.deepEqual(refused(SMALL.replace(from, to), { TIDEMARK_KEY: KEY, "api-token": "x" }), [problem]);
    });
});

describe("a refusal", () => {
  it("names everything at once: in the text, in the shape, and across settings", () => {
    const text = SMALL.replace("tag: 1.4.2", "tag: 1.10")
      .replace("health:", "replicas: 0, health:")
      .replace("web: {", "beat: { kind: beat, roll: start-first }\n    web: {");
    assert.throws(() => read(text), {
      name: "Refusal",
      message: [
        "Pulumi.prod.yaml: 3 to put right, nothing was touched",
        '  tag: 1.10  YAML reads it as the number 1.1. Quote it: tag: "1.10".',
        "  processes.web.replicas: 0  It is below 1. Write a whole number, at least 1, such as 2.",
        "  processes.beat.roll: start-first  During a roll two would run, and send every task twice. " +
          "Leave it out: a beat is always stop-first.",
      ].join("\n"),
    });
  });

  it("never shows a secret's value, wherever it was written", () => {
    const text = `
config:
  tidemark:name: shop
  tidemark:image: registry.example/shop
  tidemark:pasword: hunter2
  tidemark:processes:
    web: { kind: web, health: { path: /h }, secrets: [hunter2], env: { DB_PASSWORD: 12, hunter: 3 } }
  tidemark:database: { external: { url: "postgres://u:hunter2@db.example/shop" } }
  tidemark:registry: { server: 5, password: hunter2 }
  tidemark:secrets: { A: hunter2, B: { secure: v1:x }, C: [hunter2] }
`;
    const problems = refused(text, { B: "CHANGE_ME-hunter2" });
    assert.ok(problems.length >= 8);
    assert.doesNotMatch(JSON.stringify(problems), /hunter2/);
  });

  it("does not judge what refers to a process that cannot be read", () => {
    const text = SMALL.replace("web: {", "api: 5\n    web: {").concat(
      "  tidemark:edge: { routes: [{ path: /, to: api }] }\n",
    );
    assert.deepEqual(refused(text), [
      {
        at: "processes.api",
        got: "5",
        why: "Names and values belong here.",
        fix: "Write names and values, indented beneath it.",
      },
    ]);
  });

  it("says so where an encrypted value came without its decrypted one", () =>
    assert.deepEqual(refused(SMALL, {}), [
      {
        at: "secrets.TIDEMARK_KEY",
        got: "(secret)",
        why: "It is encrypted in the file, but Pulumi gave no value for it.",
        fix: "Set it again: pulumi config set --secret --path secrets.TIDEMARK_KEY --stack prod",
      },
    ]));

  it("names an encrypted value outside of secrets once", () =>
    assert.deepEqual(refused(SMALL.concat("  tidemark:env: { SENTRY_DSN: { secure: v1:x } }\n")), [
      {
        at: "env.SENTRY_DSN",
        got: "(secret)",
        why: "Only what is under secrets stays secret on its way.",
        fix: "Take it away here and run: pulumi config set --secret --path secrets.SENTRY_DSN --stack prod",
      },
    ]));

  it("does not take what follows from a problem for another one", () => {
    const text = SMALL.replace("web: {", "api: { kind: web, health: { path: /health } }\n    web: {").concat(
      "  tidemark:edge: { routes: [{ path: /, to: 5 }] }\n",
    );
    assert.deepEqual(
      refused(text).map(({ at }) => at),
      ["edge.routes[0].to"],
    );
  });
});
