import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { layOut, shop, type StandIn, type Version } from "./source";

const BRANCH = "main";
const OURS = "demo.shop";
const FIRST = Date.UTC(2026, 0, 5, 9);
const DAY_MS = 86_400_000;

/**
 * A git repository of the shop, or of another stand-in, in `dir`: a commit and an annotated tag for each version, `main` at the newest.
 * Authors and dates are fixed, so the same source always gives the same commits, and a second call changes nothing.
 * Tags follow the demo's source; the checked out files are only written when the repository is new.
 */
export async function gitRepository(dir: string, of = shop): Promise<Record<string, string>> {
  await prepare(dir);
  const commits: Record<string, string> = {};
  for (const [at, version] of of.versions.entries()) {
    commits[version.tag] = await commit(dir, of, version, version.over && commits[version.over], FIRST + at * DAY_MS);
  }
  const branches = await git(dir, ["for-each-ref", "--format=%(refname:short)", "refs/heads"]);
  if (branches === "") await git(dir, ["reset", "--quiet", "--hard", newest(of, commits)]);
  return commits;
}

/** Tags are written by force, so only a repository that was made here may be written to. */
async function prepare(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const found = await readdir(dir);
  if (found.length === 0) {
    await git(dir, ["init", "--quiet", `--initial-branch=${BRANCH}`]);
    await git(dir, ["config", OURS, "true"]);
  } else if (!found.includes(".git") || (await git(dir, ["config", "--default", "", "--get", OURS])) !== "true") {
    throw new Error(
      `${dir}: holds ${found[0]} and was not made by the demo. Nothing was written; give an empty directory.`,
    );
  }
}

function newest({ versions }: StandIn, commits: Record<string, string>): string {
  const last = versions[versions.length - 1]?.tag;
  const commit = last && commits[last];
  if (!commit) throw new Error("versions.json: holds no version, so there is nothing to check out");
  return commit;
}

async function commit(
  dir: string,
  of: StandIn,
  version: Version,
  parent: string | undefined,
  atMs: number,
): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), "demo-source-"));
  try {
    const tree = join(scratch, "tree");
    await layOut(version.tag, tree, of);
    const its = { GIT_WORK_TREE: tree, GIT_INDEX_FILE: join(scratch, "index"), ...by(atMs) };
    await git(dir, ["add", "--all", "--force"], its);
    const content = await git(dir, ["write-tree"], its);
    const message = ["-m", `${version.tag}: ${version.about}`];
    const made = await git(dir, ["commit-tree", content, ...(parent ? ["-p", parent] : []), ...message], its);
    await git(dir, ["tag", "--annotate", "--force", ...message, version.tag, made], its);
    return made;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function by(atMs: number): Record<string, string> {
  const date = `${Math.floor(atMs / 1000)} +0000`;
  const who = { NAME: "Tea Shop", EMAIL: "shop@example.com", DATE: date };
  return Object.fromEntries(
    Object.entries(who).flatMap(([name, value]) => [
      [`GIT_AUTHOR_${name}`, value],
      [`GIT_COMMITTER_${name}`, value],
    ]),
  );
}

/** Git as if it were installed a moment ago: no setting of this machine, of its user or of a surrounding hook. */
async function git(dir: string, args: string[], its: Record<string, string> = {}): Promise<string> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  const env = { ...Object.fromEntries(inherited), GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", ...its };
  const options = { cwd: its.GIT_WORK_TREE ?? dir, env, extendEnv: false };
  const { stdout } = await execa("git", [`--git-dir=${join(dir, ".git")}`, ...args], options);
  return stdout;
}
