import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { it } from "node:test";
import { ensureImages } from "./build";
import { digestOf } from "./digest";
import { type LocalRegistryOptions, ensureLocalRegistry, push } from "./registry";
import { docker } from "./try-out";

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  assert.ok(address && typeof address === "object");
  return address.port;
}

async function withRegistry(body: (options: Required<LocalRegistryOptions>) => Promise<void>) {
  const name = `tidemark-try-${randomBytes(4).toString("hex")}-registry`;
  const [registry] = (await ensureImages(docker, { images: ["registry"] })).filter((one) => one.name === "registry");
  try {
    await body({ image: registry!.tag, port: await freePort(), name });
  } finally {
    await docker(["rm", "--force", name]);
    await docker(["volume", "rm", "--force", name]);
  }
}

const idOf = async (name: string) => (await docker(["container", "inspect", "--format", "{{.Id}}", name])).trim();

it("pins what it pushes, sees a re-pushed tag as another digest, and keeps both", { timeout: 120_000 }, () =>
  withRegistry(async (options) => {
    const server = await ensureLocalRegistry(docker, options);
    const tag = `${options.name}:1`;
    const [one, two] = [options.image, (await ensureImages(docker, { images: ["redis"] })).at(-1)!.tag];
    try {
      await docker(["tag", one, tag]);
      const first = await push(docker, tag, server);
      assert.match(first, new RegExp(`^${server}/${tag}@sha256:[0-9a-f]{64}$`));
      assert.equal(await digestOf({ server }, options.name, "1"), first);
      assert.equal(await push(docker, tag, server), first);

      await docker(["tag", two, tag]);
      const second = await push(docker, tag, server);
      assert.notEqual(second, first);
      assert.equal(await digestOf({ server }, options.name, "1"), second);
      assert.equal(await digestOf({ server }, options.name, "2"), undefined);
      await docker(["pull", "--quiet", first]);
    } finally {
      await docker(["image", "rm", "--force", tag, `${server}/${tag}`]);
    }
  }),
);

it(
  "is left alone when it is right, started when it was stopped, moved when its port changes",
  { timeout: 120_000 },
  () =>
    withRegistry(async (options) => {
      await ensureLocalRegistry(docker, options);
      const first = await idOf(options.name);
      await ensureLocalRegistry(docker, options);
      assert.equal(await idOf(options.name), first);

      await docker(["stop", options.name]);
      await ensureLocalRegistry(docker, options);
      const port = await freePort();
      assert.equal(await ensureLocalRegistry(docker, { ...options, port }), `127.0.0.1:${port}`);
      const ports = await docker(["port", options.name]);
      assert.equal(ports.trim(), `5000/tcp -> 127.0.0.1:${port}`);
    }),
);

it("says whose port it is not, and leaves no container behind", { timeout: 120_000 }, () =>
  withRegistry(async (options) => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(options.port, "127.0.0.1", resolve));
    try {
      await assert.rejects(
        ensureLocalRegistry(docker, options),
        /Port \d+ of the Docker host is taken[\s\S]*Set another port/,
      );
      assert.equal(await docker(["container", "ls", "--all", "--quiet", "--filter", `name=${options.name}`]), "");
    } finally {
      holder.close();
    }
  }),
);

it("does not touch a container of that name that is somebody else's", { timeout: 120_000 }, () =>
  withRegistry(async (options) => {
    await docker(["create", "--name", options.name, options.image]);
    await assert.rejects(ensureLocalRegistry(docker, options), /that Tidemark did not make[\s\S]*docker rename/);
  }),
);
