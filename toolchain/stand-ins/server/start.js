// Loads a plugin's TypeScript from any working directory. Environment variables could do the same, but every command
// that the plugin runs would inherit them.
const { enableCompileCache } = require("node:module");
const { join } = require("node:path");

const root = join(__dirname, "..", "..", "..");
const [main] = process.argv.splice(2, 1);
enableCompileCache?.(join(root, "node_modules", ".cache", "stand-ins"));
require("ts-node").register({ transpileOnly: true, cwd: root, project: join(root, "tsconfig.json") });
require(main);
