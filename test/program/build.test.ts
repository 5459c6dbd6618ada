import assert from "node:assert/strict";
import { it } from "node:test";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { build } from "./build";
import { inClear, revealed, UNKNOWN } from "./secret";

it("notes name, type, parent, options and inputs, and opens a secret only when asked", async () => {
  class Shelf extends pulumi.ComponentResource {
    constructor(name: string) {
      super("try:Shelf", name);
      new docker.Volume(`${name}-v`, { driver: "local" }, { parent: this, protect: true, retainOnDelete: true });
      new docker.Secret(`${name}-s`, { data: pulumi.secret("hush") }, { parent: this });
      this.registerOutputs({});
    }
  }
  const [shelf, volume, secret] = await build(() => new Shelf("shelf"));
  assert.deepEqual([shelf!.name, shelf!.type, shelf!.parent, shelf!.custom], ["shelf", "try:Shelf", "", false]);
  assert.equal(volume!.parent, shelf!.urn);
  assert.deepEqual([volume!.protect, volume!.retainOnDelete, volume!.inputs], [true, true, { driver: "local" }]);
  assert.deepEqual(inClear(secret!.inputs), { data: "(secret)" });
  assert.deepEqual(revealed(secret!.inputs), { data: "hush" });
});

it("knows the ids in an update and not in a preview, but names in both", async () => {
  const make = () => {
    const volume = new docker.Volume("one", {});
    new docker.Volume("two", { name: volume.name, driver: volume.id });
  };
  assert.deepEqual((await build(make))[1]!.inputs, { name: "one-1a2b3c4", driver: "one-id" });
  assert.deepEqual((await build(make, { preview: true }))[1]!.inputs, { name: "one-1a2b3c4", driver: UNKNOWN });
});

it("fails with an error that was thrown in an apply", () =>
  assert.rejects(
    build(() => {
      const volume = new docker.Volume("one", {});
      volume.id.apply(() => {
        throw new Error("the apply's own");
      });
    }),
    /the apply's own/,
  ));

it("fails with an error that was thrown in an apply on the way to a resource", () =>
  assert.rejects(
    build(() => {
      const volume = new docker.Volume("one", {});
      const driver = volume.id.apply((): string => {
        throw new Error("no driver");
      });
      new docker.Volume("two", { driver });
    }),
    /no driver/,
  ));
