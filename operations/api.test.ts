import assert from "node:assert/strict";
import { it } from "node:test";
import { apiAt, byLabels } from "./api";
import { OperationError } from "./operation-error";

it("says in a line that Docker does not answer, and where it was asked", () =>
  assert.rejects(apiAt("unix:///nowhere/docker.sock")("GET", "/info"), (error: Error) => {
    assert.ok(error instanceof OperationError);
    assert.match(error.message, /^Docker at unix:\/\/\/nowhere\/docker\.sock does not answer: connect ENOENT/);
    return true;
  }));

it("asks for objects that have all of some labels", () =>
  assert.equal(
    decodeURIComponent(byLabels("tidemark.stack=shop-prod", "tidemark.role=release")),
    'filters={"label":["tidemark.stack=shop-prod","tidemark.role=release"]}',
  ));
