import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { it } from "node:test";
import { digestOf } from "./digest";

const digest = `sha256:${"a".repeat(64)}`;

async function withRegistry(
  answer: (request: IncomingMessage, response: ServerResponse, server: string) => void,
  body: (server: string) => Promise<void>,
) {
  const http = createServer((request, response) => answer(request, response, `127.0.0.1:${port}`));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  try {
    await body(`127.0.0.1:${port}`);
  } finally {
    http.close();
  }
}

it("asks for lists and for single images, of both makes, and pins the tag", () => {
  const asked: string[] = [];
  return withRegistry(
    ({ method, url, headers }, response) => {
      asked.push(
        `${method} ${url}`,
        ...String(headers.accept)
          .split(", ")
          .map((one) => one.replace(/^.*\./, "")),
      );
      response.setHeader("docker-content-digest", digest).end();
    },
    async (server) => {
      assert.equal(await digestOf({ server }, "team/shop", "1.4.2"), `${server}/team/shop:1.4.2@${digest}`);
      const kinds = ["v1+json", "v2+json", "v1+json", "v2+json"];
      assert.deepEqual(asked, ["HEAD /v2/team/shop/manifests/1.4.2", ...kinds]);
    },
  );
});

it("finds no digest where there is no tag", () =>
  withRegistry(
    (_, response) => response.writeHead(404).end(),
    async (server) => assert.equal(await digestOf({ server }, "shop", "1.0.0"), undefined),
  ));

it("hashes the manifest itself when the registry does not tell", () =>
  withRegistry(
    ({ method }, response) => response.end(method === "GET" ? "{}" : undefined),
    async (server) => {
      const expected = createHash("sha256").update("{}").digest("hex");
      assert.equal(await digestOf({ server }, "shop", "1"), `${server}/shop:1@sha256:${expected}`);
    },
  ));

it("logs in with a name and a password, directly or by way of a token", () =>
  withRegistry(
    ({ url, headers }, response, server) => {
      const basic = `Basic ${Buffer.from("me:s3cret").toString("base64")}`;
      if (url!.startsWith("/token")) {
        assert.equal(headers.authorization, basic);
        assert.equal(url, "/token?service=registry&scope=repository%3Ashop%3Apull");
        response.end('{"token":"ticket"}');
      } else if (headers.authorization === (url!.includes("direct") ? basic : "Bearer ticket")) {
        response.setHeader("docker-content-digest", digest).end();
      } else {
        const challenge = `Bearer realm="http://${server}/token",service="registry",scope="repository:shop:pull"`;
        response.writeHead(401, { "www-authenticate": challenge }).end();
      }
    },
    async (server) => {
      const registry = { server, username: "me", password: "s3cret" };
      assert.match((await digestOf(registry, "direct", "1"))!, /@sha256:a{64}$/);
      assert.match((await digestOf(registry, "shop", "1"))!, /@sha256:a{64}$/);
    },
  ));

it("says whether a login is missing or wrong, and never the password", () =>
  withRegistry(
    (_, response) => response.writeHead(401, { "www-authenticate": "Basic" }).end(),
    async (server) => {
      await assert.rejects(
        digestOf({ server }, "shop", "1"),
        /shop:1: the registry wants a login .*Set registry\.username/,
      );
      await assert.rejects(digestOf({ server, username: "me", password: "s3cret" }, "shop", "1"), (error: Error) => {
        assert.match(error.message, /refuses "me"/);
        assert.doesNotMatch(error.message, /s3cret/);
        return true;
      });
    },
  ));

it("names the registry that cannot be reached", () =>
  assert.rejects(digestOf({ server: "127.0.0.1:1" }, "shop", "1"), /The registry 127\.0\.0\.1:1 cannot be reached: /));
