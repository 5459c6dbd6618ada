import assert from "node:assert/strict";
import { inspect } from "../../operations/docker";
import { end } from "./says";
import type { Stack } from "./stack";

/** Whole specifications of these services, as Docker has them. */
export async function specifications({ docker, prefix }: Stack, roles: readonly string[]): Promise<object[]> {
  const names = roles.map((role) => `${prefix}-${role}`);
  return (await inspect<{ Spec: object }>(docker, "service", names)).map(({ Spec }) => Spec);
}

/** Runs an `up` that must fail and must move none of these services; gives what it said. */
export async function refusedUp(stack: Stack, roles: readonly string[]): Promise<string> {
  const former = await specifications(stack, roles);
  const { exitCode, said } = await stack.tidemark(["up", "--yes"]);
  assert.equal(exitCode, 1, end(said));
  assert.deepEqual(await specifications(stack, roles), former);
  return said;
}
