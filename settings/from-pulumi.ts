import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { readSettings } from "./load";
import type { Settings } from "./schema";

/** The settings of the stack that runs, from its file and from Pulumi's decrypted configuration. */
export function settingsFromPulumi(): Settings {
  const file = `Pulumi.${pulumi.getStack()}.yaml`;
  const config = new pulumi.Config();
  return readSettings({
    file,
    text: readIfThere(file),
    project: pulumi.getProject(),
    values: {
      get: (key) => {
        const text = config.get(key);
        return text === undefined ? undefined : parsed(text);
      },
    },
  });
}

/** Pulumi hands an object over as JSON and a text as it is. */
function parsed(text: string): unknown {
  if (!/^[[{]|^(true|false)$/.test(text)) return text;
  return JSON.parse(text) as unknown;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
}
