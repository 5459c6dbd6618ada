import assert from "node:assert/strict";
import { it } from "node:test";
import { leftOver } from "./left-over";

const why = "It was left over from a sample.";

it("finds a CHANGE_ME anywhere, in any spelling", () =>
  assert.deepEqual(
    leftOver([
      { path: ["image"], value: "registry.example/CHANGE_ME_IMAGE", source: "", secure: false },
      { path: ["edge", "hosts", 0], value: "change-me.example", source: "", secure: false },
      { path: ["env", "LEVEL"], value: "info", source: "info", secure: false },
    ]),
    [
      { at: "image", got: "CHANGE_ME_IMAGE", why, fix: "Write the true value." },
      { at: "edge.hosts[0]", got: "change-me", why, fix: "Write the true value." },
    ],
  ));

it("finds it inside a secret without showing the secret", () =>
  assert.deepEqual(
    leftOver([{ path: ["secrets", "API_KEY"], value: "CHANGE_ME-5f1c", source: "(secret)", secure: true }]),
    [{ at: "secrets.API_KEY", got: "(secret)", why, fix: "Set the true value, as a secret." }],
  ));
