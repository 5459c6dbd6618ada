import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Docker } from "./docker";
import type { Finding } from "./look";
import type { ReleaseRecord } from "./ledger";
import { aheadProblem, objections, preflight, refusal } from "./preflight";

const EDGE = ["security.W004", "security.W008"];
const settings = (accept: string[] = []) => ({ stack: "prod", accept, acceptedAnyway: EDGE });

const finding = (id: string, more: Partial<Finding> = {}): Finding => ({
  id,
  level: "warning",
  text: `Of ${id}.`,
  ...more,
});

describe("what is found", () => {
  it("does not stop a release where it is accepted, by the settings or anyway", () =>
    assert.deepEqual(
      objections(
        ["security.W004", "security.W009"].map((id) => finding(id)),
        settings(["security.W009"]),
      ),
      [],
    ));

  it("stops a release otherwise: each with its number, its text and how it is accepted", () =>
    assert.deepEqual(
      objections([finding("security.W018"), finding("security.W004"), finding("security.W009")], settings(["a.W001"])),
      [
        [
          "security.W009: Of security.W009.",
          "If it is meant so: pulumi config set --path 'release.accept[1]' security.W009 --stack prod",
        ],
        [
          "security.W018: Of security.W018.",
          "If it is meant so: pulumi config set --path 'release.accept[2]' security.W018 --stack prod",
        ],
      ],
    ));

  it("is accepted once for all of a number", () => {
    const lines = objections(
      [finding("fields.W342"), finding("fields.W342"), finding("models.W042")],
      settings(),
    ).flat();
    assert.deepEqual(
      lines.flatMap((line) => /accept\[\d\]' \S+/.exec(line) ?? []),
      ["accept[0]' fields.W342", "accept[0]' fields.W342", "accept[1]' models.W042"],
    );
  });

  it("cannot be accepted where it is an error", () =>
    assert.deepEqual(objections([finding("several-heads", { level: "error" })], settings(["several-heads"])), [
      ["several-heads: Of several-heads."],
    ]));

  it("is no more than a word where it is a warning without a number", () =>
    assert.deepEqual(objections([finding("")], settings()), []));
});

it("refuses with everything at once", () =>
  assert.equal(
    refusal("1.1.0", [
      ...objections([finding("missing-migration", { text: "Migrations for 'shop':\n  + Add field x" })], settings()),
      aheadProblem([{ name: "4a00", title: "senders become authors" }], { tag: "1.1.0", stack: "prod" }),
    ]),
    `preflight of 1.1.0: 2 to put right, and nothing has moved
  missing-migration: Migrations for 'shop':
      + Add field x
    If it is meant so: pulumi config set --path 'release.accept[0]' missing-migration --stack prod
  The database is ahead of 1.1.0: the release that runs has applied what 1.1.0 does not know.
      4a00 (senders become authors)
    There are three ways on:
      You know that 1.1.0 can live with them; migrate is then left out:
        pulumi config set --path database.onAhead allow --stack prod
        and afterwards, for the next one to be refused again:
        pulumi config rm --path database.onAhead --stack prod
      The data go back too, to how they were at its end (comes with recovery):
        npx tidemark rollback 1.1.0 --with-data --stack prod
      A newer tag, which knows them:
        pulumi config set tag TAG --stack prod`,
  ));

describe("with a dead database", () => {
  const DATABASE = "shop-prod-postgres";
  const imageOf = (tag: string): string => `shop:${tag}@sha256:${tag}`;
  const known = (...names: string[]) => names.map((name) => ({ name, replaces: [], maintenance: false }));
  const past: ReleaseRecord[] = [
    { number: 2, tag: "1.1.0", migrations: { known: known("shop.0001", "shop.0002", "gone.0001"), ran: [] } },
    { number: 1, tag: "1.0.0", migrations: { known: known("shop.0001"), ran: [] } },
  ].map((one) => ({ ...one, images: { web: imageOf(one.tag) }, result: "good", who: "", at: "" }));

  /** 1.1.0 runs. */
  const docker: Docker = async ([kind, verb]) => {
    if (kind === "service" && verb === "inspect") {
      return JSON.stringify([{ Spec: { TaskTemplate: { ContainerSpec: { Image: imageOf("1.1.0") } } } }]);
    }
    if (kind === "inspect") return JSON.stringify([{ ID: "t", CreatedAt: "", Status: { State: "failed" } }]);
    if (verb === "inspect") {
      return JSON.stringify(
        past.map((one) => ({ Spec: { Data: Buffer.from(JSON.stringify(one)).toString("base64") } })),
      );
    }
    return "one";
  };

  const asked = (onAhead: "refuse" | "allow") =>
    preflight(
      docker,
      {
        release: { prefix: "shop-prod", tag: "1.0.0", images: { web: imageOf("1.0.0") } },
        ...{ stack: "prod", running: "shop-prod-web", database: DATABASE, checks: [], accept: [], acceptedAnyway: [] },
        onAhead,
      },
      () => assert.fail("a job"),
      () => undefined,
    );

  it("guards by what is written down: an application that the older release does not have counts for nothing", async () =>
    assert.rejects(asked("refuse"), /The database is ahead of 1\.0\.0: .*\n +shop\.0002\n +There are/));

  it("takes what was good before as it was then", async () =>
    assert.deepEqual(await asked("allow"), {
      migrations: { known: known("shop.0001"), pending: [], together: false },
      ahead: ["shop.0002"],
      unasked: true,
      checks: [],
      seconds: 0,
    }));
});
