import * as log from "@pulumi/pulumi/log";

/**
 * Keeps the SDK's messages for its developers to itself: some six for each resource, and it sends each to the engine
 * in a call of its own, one after the other, whether or not anybody asked for them. With TIDEMARK_DEBUG they are sent,
 * for `pulumi up --debug` to show.
 */
export function quietSdk(): void {
  if (!process.env.TIDEMARK_DEBUG) Object.assign(log, { debug: () => Promise.resolve() });
}
