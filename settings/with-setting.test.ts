import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { it } from "node:test";
import { valueAt } from "./path";
import { readStackFile } from "./stack-file";
import { withSetting, type Place } from "./with-setting";

const MAINTENANCE: Place = ["maintenance", "on"];
const STOPPED: Place = ["stopped"];
const head = `# of the shop
config:
  # the name
  tidemark:name: shop # for good
`;
const salt = "encryptionsalt: v1:abc=\n";

for (const [what, place, value, before, after] of [
  ["that is not there yet", MAINTENANCE, true, "", "  tidemark:maintenance: { on: true }\n"],
  [
    "of a block",
    MAINTENANCE,
    true,
    "  tidemark:maintenance:\n    on: false # no\n    page: a.html\n",
    "  tidemark:maintenance:\n    on: true # no\n    page: a.html\n",
  ],
  [
    "that a block lacks",
    MAINTENANCE,
    true,
    "  tidemark:maintenance:\n    # ours\n    page: a.html # the page\n",
    "  tidemark:maintenance:\n    # ours\n    page: a.html # the page\n    on: true\n",
  ],
  [
    "on one line",
    MAINTENANCE,
    false,
    "  tidemark:maintenance: { on: true, page: a.html } # x\n",
    "  tidemark:maintenance: { on: false, page: a.html } # x\n",
  ],
  [
    "that one line lacks",
    MAINTENANCE,
    true,
    "  maintenance: { page: a.html }\n",
    "  maintenance: { on: true, page: a.html }\n",
  ],
  ["of nothing on one line", MAINTENANCE, true, "  maintenance: {}\n", "  maintenance: { on: true }\n"],
  [
    "written short",
    MAINTENANCE,
    false,
    "  tidemark:maintenance: true # for now\n",
    "  tidemark:maintenance: false # for now\n",
  ],
  [
    "as pulumi config set leaves it",
    MAINTENANCE,
    true,
    '  tidemark:maintenance: "false"\n',
    "  tidemark:maintenance: true\n",
  ],
  ["left empty", MAINTENANCE, true, "  tidemark:maintenance:\n", "  tidemark:maintenance: { on: true }\n"],
  [
    "that is a list of lines",
    STOPPED,
    ["web"],
    "  tidemark:stopped:\n    - web\n    - worker\n  tidemark:tag: a\n",
    '  tidemark:stopped: [ "web" ]\n  tidemark:tag: a\n',
  ],
  [
    "that is a list on one line",
    STOPPED,
    [],
    "  tidemark:stopped: [web, worker] # both\n",
    "  tidemark:stopped: [] # both\n",
  ],
  ["that becomes true", STOPPED, true, "  tidemark:stopped: []\n", "  tidemark:stopped: true\n"],
] as const)
  it(`changes a setting ${what}, and nothing else`, () => {
    const text = withSetting(head + before + salt, place, value);
    assert.equal(text, head + after + salt);
    const { tree, problems } = readStackFile(text, "tidemark");
    assert.deepEqual(problems, []);
    const found = valueAt(tree, [place[0]]);
    assert.deepEqual(typeof found === "object" && place[1] ? valueAt(found, [place[1]]) : found, value);
  });

it("leaves every other line of the samples as it is", () => {
  for (const file of ["Pulumi.dev.yaml", "Pulumi.prod.yaml"]) {
    const text = readFileSync(path.join(__dirname, "..", file), "utf8");
    const changed = withSetting(text, MAINTENANCE, true);
    const added = changed.split("\n").filter((line) => /maintenance/.test(line));
    assert.deepEqual(added, ["  tidemark:maintenance: { on: true }"]);
    assert.equal(changed.replace(`${added[0]}\n`, ""), text);
    assert.equal(valueAt(readStackFile(changed, "tidemark").tree, ["maintenance", "on"]), true);
  }
});
