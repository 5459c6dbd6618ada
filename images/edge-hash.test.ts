import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { it } from "node:test";
import { edgeHash } from "./edge-hash";

it("does not depend on the order in which the files are named", () =>
  assert.equal(
    edgeHash({ "nginx.conf": "a", "tls/cert.pem": "b" }),
    edgeHash({ "tls/cert.pem": "b", "nginx.conf": "a" }),
  ));

it("changes with a path, with a content, and with what belongs to which", () => {
  const configurations: Record<string, string>[] = [
    { a: "1", b: "2" },
    { a: "2", b: "1" },
    { a: "1", c: "2" },
    { a: "1", b: "3" },
    { a: "1" },
  ];
  assert.equal(new Set(configurations.map(edgeHash)).size, configurations.length);
});

it("is what sha256sum makes of a sha256sum listing", () => {
  const sum = (text: string) => execFileSync("sha256sum", { input: text, encoding: "utf8" }).slice(0, 64);
  const files = { "nginx.conf": "events {}\n", "pages/é.html": "größer" };
  const listing = `${sum("events {}\n")}  nginx.conf\n${sum("größer")}  pages/é.html\n`;
  assert.equal(edgeHash(files), sum(listing));
});
