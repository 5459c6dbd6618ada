import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { DockerError, type Docker } from "./docker";
import { imageFacts } from "./image-facts";

const SHOP = `127.0.0.1:5000/shop:1.4.2@sha256:${"a".repeat(64)}`;
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidemark-facts-"));
  process.env.TIDEMARK_CACHE = folder;
});
after(() => rm(folder, { recursive: true }));

/** A host with one image; `said` is what it answers to a shell's start, nothing when there is one. */
function host(config: object | undefined, said?: string): { docker: Docker; asked: string[] } {
  const asked: string[] = [];
  const docker: Docker = async (args) => {
    asked.push(args.slice(0, 2).join(" "));
    if (args[0] === "run" && said) throw new DockerError(args, said, 127);
    if (args[0] === "image" && !config) throw new DockerError(args, "Error: No such image: x", 1);
    return args[0] === "image" ? JSON.stringify([{ Config: config }]) : "";
  };
  return { docker, asked };
}

it("asks for what an image says of itself once, for it never changes", async () => {
  const { docker, asked } = host({ Entrypoint: ["/entry"], Cmd: null, User: "app" });
  const facts = { entrypoint: ["/entry"], cmd: [], user: "app", shell: true };
  assert.deepEqual(await imageFacts(docker, SHOP), facts);
  assert.deepEqual(await imageFacts(docker, SHOP.replace("shop:1.4.2", "same/digest:9")), facts);
  assert.deepEqual(asked, ["image inspect", "run --rm"]);
  assert.deepEqual(await readdir(join(folder, "images")), [`sha256-${"a".repeat(64)}.json`]);
});

it("knows an image without a shell", async () => {
  const { docker } = host(
    { Entrypoint: null, Cmd: ["x"], User: "" },
    'exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown.',
  );
  assert.equal((await imageFacts(docker, `x@sha256:${"b".repeat(64)}`))?.shell, false);
});

it("keeps nothing of an image that is not there yet", async () => {
  const absent = `x@sha256:${"c".repeat(64)}`;
  assert.equal(await imageFacts(host(undefined).docker, absent), undefined);
  assert.equal((await imageFacts(host({ Entrypoint: null, Cmd: null, User: "" }).docker, absent))?.shell, true);
});

it("does not take another failure for a missing shell", () =>
  assert.rejects(
    imageFacts(
      host({ Entrypoint: null, Cmd: null, User: "" }, "no space left on device").docker,
      `x@sha256:${"d".repeat(64)}`,
    ),
    /no space left/,
  ));
