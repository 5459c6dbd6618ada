import assert from "node:assert/strict";
import { it } from "node:test";
import { everything } from "../test/program/everything";
import { instead } from "./scale";

it("names the setting, with what to type", () =>
  assert.equal(
    instead(everything(), "prod", ["worker=4", "web=03"]),
    [
      "How many of a process run is a setting, and the next up would take anything else back: nothing was changed",
      "  Type:",
      '    eval "$(npx tidemark --stack prod env)"',
      "    pulumi config set --path processes.worker.replicas 4 --stack prod",
      "    pulumi config set --path processes.web.replicas 3 --stack prod",
      "    npx tidemark --stack prod up",
    ].join("\n"),
  ));

it("says of what cannot be that it cannot", () =>
  assert.deepEqual(instead(everything(), "prod", ["beat=2", "edge=2", "wep=2", "web=0", "web"]).split("\n").slice(1), [
    "  beat=2  There is only ever one beat: two would send every task twice.",
    "  edge=2  There is always one of it.",
    "  wep=2  There is no such process. There are beat, front, web, worker.",
    "  web=0  At least one has to run.",
    "  web  Write web=2 for two of it.",
  ]));
