import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackFileSchema } from "./json-schema";
import { reference } from "./reference";

/** What is made from the schema: path in the repository to text. */
export function generated(): Record<string, string> {
  return {
    "Pulumi.schema.json": `${JSON.stringify(stackFileSchema("tidemark"), null, 2)}\n`,
    "docs/settings.md": reference(),
  };
}

if (require.main === module) {
  for (const [path, text] of Object.entries(generated())) {
    writeFileSync(join(__dirname, "..", path), text);
    process.stdout.write(`${path} written\n`);
  }
}
