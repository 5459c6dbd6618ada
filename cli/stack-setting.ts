import { readFileSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { withSetting, type Place } from "../settings/with-setting";
import type { Project } from "./project";

/** Writes a setting into the stack's file: no pulumi is needed for it, nor anything else that may be away. */
export function writeSetting({ folder, stack }: Project, place: Place, value: unknown): void {
  const file = path.join(folder, `Pulumi.${stack}.yaml`);
  const text = withSetting(readFileSync(file, "utf8"), place, value);
  // Never half a file: it holds the stack's secrets.
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
