import type { Docker } from "./docker";
import type { Follow } from "./job";
import { finish, records, standing, type ReleaseFacts } from "./ledger";
import { newsOf, notify } from "./notify";
import { OperationError } from "./operation-error";

export interface World {
  docker: Docker;
  follow: Follow;
  say: (line: string) => void;
}

/** A step of a release before anything rolls: where it fails the release has ended, and that is written down and told. */
export async function beforeTheRoll<T>(
  { docker, follow, say }: World,
  release: ReleaseFacts,
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    const { prefix } = release;
    const former = standing(await records(docker, prefix));
    const record = await finish(docker, release, { result: "failed", why: lastWord(error.message) });
    if (former?.notify) await notify(docker, former.notify, newsOf(prefix, "failure", record, former), follow, say);
    throw error;
  }
}

/** Of a failure in several lines, the one that says what failed: a log comes before it, its details are indented. */
export function lastWord(message: string): string {
  const [first = "", ...rest] = message.split("\n");
  if (/^preflight of /.test(first)) return [first, ...rest.slice(0, 1).map((line) => line.trim())].join(": ");
  return (rest.filter((line) => /^\S/.test(line)).at(-1) ?? first).replace(/:$/, "");
}
