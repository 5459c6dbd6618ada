import assert from "node:assert/strict";
import { it } from "node:test";
import { everything, SECRETS } from "../test/program/everything";
import { kit } from "./recovery-kit";

const its = (backup: object | undefined): string =>
  kit({
    stack: "prod",
    settings: everything({ ...(backup && { backup }) }),
    prefix: "shop-prod",
    fingerprint: "4f2a91c0",
    own: true,
  }).join("\n");

it("names file, passphrase, bucket and image, and no secret", () => {
  const s3 = { bucket: "shop-backups", region: "eu-central-1", keyId: "STRIPE_KEY", key: "SECRET_KEY" };
  const text = its({ s3 });
  for (const part of [
    "1. Pulumi.prod.yaml",
    "2. The passphrase of prod: Pulumi.prod.passphrase",
    "TIDEMARK_KEY whose fingerprint is 4f2a91c0",
    "bucket shop-backups at Amazon, eu-central-1, under /shop-prod",
    "4. The image of 1.4.2",
  ])
    assert.ok(text.includes(part), part);
  for (const secret of Object.values(SECRETS)) assert.ok(!text.includes(secret));
});

it("says that it is no kit while the backups lie on the server alone", () => {
  assert.match(its({}), /3\. RED: the backups lie on the server alone\. Name a bucket/);
  assert.match(its(undefined), /or rather there are none/);
});
