import * as messages from "@pulumi/pulumi/proto/provider_pb";

import type { Diff, Plugin, Problem } from "./plugin";
import { type Bag, encode } from "./value";

const kinds = {
  add: [messages.PropertyDiff.Kind.ADD, messages.PropertyDiff.Kind.ADD_REPLACE],
  update: [messages.PropertyDiff.Kind.UPDATE, messages.PropertyDiff.Kind.UPDATE_REPLACE],
  delete: [messages.PropertyDiff.Kind.DELETE, messages.PropertyDiff.Kind.DELETE_REPLACE],
} as const;

export function checkAnswer(inputs: Bag, problems: Problem[]): messages.CheckResponse {
  const answer = new messages.CheckResponse();
  answer.setInputs(encode(inputs));
  answer.setFailuresList(
    problems.map(({ property, reason }) => {
      const failure = new messages.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return answer;
}

export function diffAnswer(diff: Diff): messages.DiffResponse {
  const answer = new messages.DiffResponse();
  const paths = Object.keys(diff.changes);
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  answer.setChanges(paths.length > 0 ? DIFF_SOME : DIFF_NONE);
  answer.setDiffsList([...new Set(paths.map(rootOf))]);
  answer.setReplacesList([...new Set(diff.replaces.map(rootOf))]);
  answer.setDeletebeforereplace(diff.deleteBeforeReplace ?? false);
  answer.setHasdetaileddiff(true);
  for (const path of paths) {
    const detail = new messages.PropertyDiff();
    detail.setKind(kinds[diff.changes[path]!][diff.replaces.includes(path) ? 1 : 0]);
    answer.getDetaileddiffMap().set(path, detail);
  }
  return answer;
}

export function schemaText({ name, version, resources }: Plugin): string {
  const tokens = Object.keys(resources).sort();
  return JSON.stringify({
    name,
    version,
    displayName: `${name} (stand-in)`,
    description: `A stand-in for the ${name} plugin ${version}, for machines that cannot download it. It has only: ${tokens.join(", ")}.`,
    resources: Object.fromEntries(tokens.map((token) => [token, {}])),
  });
}

function rootOf(path: string): string {
  return path.replace(/[.[].*$/s, "");
}
