import assert from "node:assert/strict";
import { it } from "node:test";
import { edgeHash } from "../../images/edge-hash";
import { plans } from "../../test/program/edge-plans";
import { edgeDocument } from "./files";

it("names its files by their hash", () => {
  const { files, hash } = edgeDocument(plans.plain, undefined, undefined);
  assert.deepEqual(Object.keys(files).sort(), ["away.html", "nginx.conf"]);
  assert.equal(hash, edgeHash(files));
});

it("is the same document, to the letter, where the edge has these files", () => {
  const first = edgeDocument(plans.plain, undefined, undefined);
  const again = edgeDocument(plans.plain, undefined, { hash: first.hash, serial: first.serial });
  assert.equal(JSON.stringify(again), JSON.stringify(first));
});

it("is another document where the files were changed by hand or are gone, so that they are written again", () => {
  const { hash } = edgeDocument(plans.plain, undefined, undefined);
  for (const seen of [
    { hash: "f".repeat(64), serial: "known" },
    { hash: null, serial: null },
    { hash, serial: null },
    undefined,
  ]) {
    const document = edgeDocument(plans.plain, undefined, seen);
    assert.equal(document.hash, hash);
    assert.match(document.serial, new RegExp(`^${hash.slice(0, 12)}-`));
  }
});

it("is another document when the configuration changes", () => {
  const first = edgeDocument(plans.plain, undefined, undefined);
  const other = edgeDocument(plans.full, undefined, { hash: first.hash, serial: first.serial });
  assert.notEqual(other.hash, first.hash);
  assert.notEqual(other.serial, first.serial);
});

it("holds the certificate and the key where there is TLS, and only there", () => {
  const { files } = edgeDocument(plans.tls, "(key)", undefined);
  assert.deepEqual([files["tls/certificate.pem"], files["tls/key.pem"]], ["(certificate)", "(key)"]);
  assert.equal("tls/key.pem" in edgeDocument(plans.plain, "(key)", undefined).files, false);
});
