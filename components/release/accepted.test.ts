import assert from "node:assert/strict";
import { it } from "node:test";
import { settingsSchema } from "../../settings/schema";
import { acceptedAnyway } from "./accepted";

const edge = (its: object) => settingsSchema.parse({ name: "shop", tag: "1", processes: {}, edge: its });
const TLS = { tls: { certificate: "-----BEGIN CERTIFICATE-----\n…", key: "TLS_KEY" } };

it("accepts of Django's warnings what the edge does, and without TLS what only TLS could put right", () => {
  assert.deepEqual(acceptedAnyway(edge(TLS)), ["security.W004", "security.W008"]);
  assert.deepEqual(
    acceptedAnyway(edge({})).filter((id) => !acceptedAnyway(edge(TLS)).includes(id)),
    ["security.W010", "security.W011", "security.W012", "security.W016"],
  );
});
