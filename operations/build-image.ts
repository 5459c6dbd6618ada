import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import type { Docker } from "./docker";
import { OperationError } from "./operation-error";

export interface BuildOrder {
  /** A git repository. */
  source: string;
  tag: string;
  /** Inside the repository. */
  context: string;
  /** Inside the context. */
  dockerfile: string;
  args: Readonly<Record<string, string>>;
  /** What the image is called. */
  name: string;
  say: (detail: string) => void;
}

/** Builds an image from a clean checkout of a tag: what lies about in a work tree is in no release. */
export async function buildImage(docker: Docker, order: BuildOrder): Promise<void> {
  const { source, tag } = order;
  const commit = await commitOf(source, tag);
  const folder = await mkdtemp(path.join(tmpdir(), "tidemark-build-"));
  try {
    order.say(`checking out ${tag}`);
    const tar = path.join(folder, "source.tar");
    const tree = path.join(folder, "tree");
    await execa("git", ["-C", source, "archive", "--format=tar", "--output", tar, commit]);
    await execa("mkdir", [tree]);
    await execa("tar", ["--extract", "--file", tar, "--directory", tree]);
    const context = path.join(tree, order.context);
    order.say("building");
    await docker(
      [
        ...["build", "--quiet", "--tag", order.name, "--file", path.join(context, order.dockerfile)],
        ...[
          "--label",
          `org.opencontainers.image.revision=${commit}`,
          "--label",
          `org.opencontainers.image.version=${tag}`,
        ],
        ...Object.entries(order.args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
        context,
      ],
      { timeoutMs: 3_600_000 },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The commit of a tag; a tag that does not exist is refused with those that do. */
export async function commitOf(source: string, tag: string): Promise<string> {
  const found = await execa("git", ["-C", source, "rev-parse", "--verify", "--quiet", `refs/tags/${tag}^{commit}`], {
    reject: false,
  });
  if (!found.failed) return found.stdout;
  const tags = await execa("git", ["-C", source, "tag", "--sort=-creatordate"], { reject: false });
  if (tags.failed)
    throw new OperationError(`build.source: ${source}  There is no git repository. Name the one that holds the tags.`);
  const known = tags.stdout.split("\n").filter(Boolean).slice(0, 10);
  throw new OperationError(
    `tag: ${tag}  ${source} has no such tag. ${known.length ? `The newest are ${known.join(", ")}.` : "It has none at all."}`,
  );
}
