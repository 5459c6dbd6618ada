import { existsSync } from "node:fs";
import * as path from "node:path";
import { OperationError } from "../operations/operation-error";

const FILE = "PULUMI_CONFIG_PASSPHRASE_FILE";

/** The passphrase that encrypts a stack's secrets, when it lies in the project's file for it. */
export function passphrase(
  folder: string,
  stack: string,
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const own = path.join(folder, `Pulumi.${stack}.passphrase`);
  const given = path.basename(env[FILE] ?? "");
  // Left in the shell by `tidemark env` for another stack: that of the demo is known to all.
  const isAnother = /^Pulumi\..+\.passphrase$/.test(given) && given !== path.basename(own);
  if (existsSync(own)) {
    const chosen = env.PULUMI_CONFIG_PASSPHRASE !== undefined || (env[FILE] !== undefined && !isAnother);
    return chosen ? {} : { [FILE]: own };
  }
  if (!isAnother || env.PULUMI_CONFIG_PASSPHRASE !== undefined) return {};
  throw new OperationError(
    `${FILE}: ${given}  It is the passphrase of another stack than ${stack}.\n` +
      `  Take it out of this shell: unset ${FILE}; then give ${stack} its own, as docs/state.md shows.`,
  );
}
