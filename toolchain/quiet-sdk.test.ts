import assert from "node:assert/strict";
import { afterEach, it } from "node:test";
import * as log from "@pulumi/pulumi/log";
import { quietSdk } from "./quiet-sdk";

const { debug } = log;
afterEach(() => {
  Object.assign(log, { debug });
  delete process.env.TIDEMARK_DEBUG;
});

it("keeps the SDK's messages for its developers to itself", async () => {
  quietSdk();
  assert.notEqual(log.debug, debug);
  await log.debug("nobody asked");
});

it("lets them through when they are asked for", () => {
  process.env.TIDEMARK_DEBUG = "1";
  quietSdk();
  assert.equal(log.debug, debug);
});
