import assert from "node:assert/strict";
import { it } from "node:test";
import { type Progress, ensureImages } from "./build";
import { taggedCatalogue } from "./context";
import type { Docker } from "../operations/docker";
import type { Workshop } from "./root";

/** A Docker host that knows its images and notes what it was told to do. */
function host(...present: string[]): { docker: Docker; images: Set<string>; did: string[] } {
  const images = new Set(present);
  const did: string[] = [];
  const docker: Docker = async (args) => {
    const [verb, second] = args;
    if (verb === "image" && second === "ls") return images.has(args.at(-1)!) ? `sha256:of-${args.at(-1)}` : "";
    did.push(verb === "build" ? `build ${args[2]}` : args.join(" "));
    if (verb === "build") images.add(args[2]!);
    if (verb === "import") images.add(args[2]!);
    if (verb === "pull") throw new Error("docker pull failed:\nno such host");
    return "";
  };
  return { docker, images, did };
}

const workshop: Workshop = {
  look: async () => ({ hasMmdebstrap: true, canInstall: false, arch: "amd64", dockerArch: "amd64" }),
  install: async () => assert.fail("nothing is to be installed"),
  make: async () => Buffer.from("tar"),
};

it("does nothing when every tag is there", async () => {
  const { redis, nginx } = await taggedCatalogue();
  const { docker, did } = host(redis.tag, nginx.tag);
  const present = await ensureImages(docker, { images: ["redis", "nginx"] });
  assert.deepEqual(did, []);
  assert.deepEqual(
    present.map(({ name, built }) => [name, built]),
    [
      ["redis", false],
      ["nginx", false],
    ],
  );
});

it("builds only what is missing, on a base that is there", async () => {
  const { base, redis, nginx } = await taggedCatalogue();
  const { docker, did } = host(base.tag, nginx.tag);
  const seen: Progress[] = [];
  await ensureImages(docker, { images: ["redis", "nginx"] }, (step) => seen.push(step), workshop);
  assert.deepEqual(did, [`build ${redis.tag}`]);
  assert.deepEqual(
    seen.map(({ image, state, nth, of }) => `${nth}/${of} ${image} ${state}`),
    ["1/3 base there", "2/3 nginx there", "3/3 redis building", "3/3 redis built"],
  );
});

it("makes Debian, then the base, then the rest where nothing is there, and says where Debian came from", async () => {
  const { base, redis } = await taggedCatalogue();
  const { docker, did } = host();
  const [first] = await ensureImages(docker, { images: ["redis"] }, undefined, workshop);
  assert.deepEqual(did, [
    "pull --quiet debian:trixie-slim",
    "import - tidemark-root:trixie",
    `build ${base.tag}`,
    `build ${redis.tag}`,
  ]);
  assert.deepEqual(first!.root, {
    image: "tidemark-root:trixie",
    from: "made",
    why: "debian:trixie-slim could not be pulled: no such host",
  });
});

it("says so when a builder kept the image to itself", async () => {
  const { base, redis } = await taggedCatalogue();
  const { docker, images } = host(base.tag);
  const forgetful: Docker = async (args) => {
    const said = await docker(args);
    images.delete(redis.tag);
    return said;
  };
  await assert.rejects(
    ensureImages(forgetful, { images: ["redis"] }, undefined, workshop),
    /docker buildx use default/,
  );
});

it("builds what is built on another one of ours after that", async () => {
  const { base, postgres, keeper } = await taggedCatalogue();
  const { docker, did } = host(base.tag);
  await ensureImages(docker, { images: ["keeper"] }, undefined, workshop);
  assert.deepEqual(did, [`build ${postgres.tag}`, `build ${keeper.tag}`]);
});
