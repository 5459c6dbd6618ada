import { createHash } from "node:crypto";
import { OperationError } from "../operations/operation-error";
import { stateFolder } from "../operations/stack-lock";
import type { Settings } from "../settings/schema";
import { KEY } from "../settings/checks/secrets";
import { Progress } from "../toolchain/progress";
import { askPulumi, openProject } from "./project";
import type { Verb } from "./verb";

export const recoveryKit: Verb = (program) =>
  void program
    .command("recovery-kit")
    .description("What to keep in a safe, so that the stack comes back on another machine. It prints no secret.")
    .action(async () => {
      const project = await openProject(program, new Progress());
      const { stack, settings, prefix, env } = project;
      const key = await askPulumi(project, ["config", "get", "--path", `secrets.${KEY}`]).catch((error: Error) => {
        throw new OperationError(
          `The passphrase of ${stack} does not open its secrets, so what you have is no kit: ${error.message}`,
        );
      });
      const backend = env.PULUMI_BACKEND_URL ?? process.env.PULUMI_BACKEND_URL ?? "";
      for (const line of kit({
        stack,
        settings,
        prefix,
        fingerprint: fingerprint(key),
        own: stateFolder(backend) !== undefined,
      }))
        console.log(line);
    });

export interface Kit {
  stack: string;
  settings: Settings;
  prefix: string;
  /** By which a copy of TIDEMARK_KEY is known, without telling it. */
  fingerprint: string;
  /** The state lies in a folder of this machine's. */
  own: boolean;
}

/** In the order in which it is needed. */
export function kit({ stack, settings: { backup, tag }, prefix, fingerprint, own }: Kit): string[] {
  const s3 = backup?.s3;
  const where =
    s3 && `bucket ${s3.bucket} at ${s3.endpoint ?? `Amazon, ${s3.region}`}, under ${s3.path ?? `/${prefix}`}`;
  return [
    `To bring ${stack} back on another machine, keep these where this server and its disk cannot take them along:`,
    "",
    `1. Pulumi.${stack}.yaml. Its secrets are encrypted; it is best kept in git, with all of this folder.`,
    `2. The passphrase of ${stack}: Pulumi.${stack}.passphrase, or what PULUMI_CONFIG_PASSPHRASE holds. Without it no secret`,
    "   can be read again, and no backup either.",
    `   It opens a ${KEY} whose fingerprint is ${fingerprint}.`,
    s3
      ? `3. Nothing of the backups: they lie in ${where}, and its keys (${s3.keyId}, ${s3.key}) are in the file of 1.`
      : `3. RED: the backups lie on the server alone${backup ? "" : ", or rather there are none"}. Name a bucket: backup.s3, as docs/recovery.md shows.`,
    `4. The image of ${tag}: its registry, or the source that \`tidemark build ${tag}\` makes it of.`,
    ...(own ? ["5. The state is a folder here. It helps and is not needed."] : []),
    "",
    "Try it: a drill does, and so does a second machine once in a while. The way is in docs/recovery.md.",
  ];
}

function fingerprint(secret: string): string {
  return createHash("sha256").update(`fingerprint of ${secret}`).digest("hex").slice(0, 8);
}
