import assert from "node:assert/strict";
import { it } from "node:test";

import { scramVerifier } from "./scram";

const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");

it("makes the verifier of RFC 7677's example", () =>
  assert.equal(
    scramVerifier("pencil", salt),
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
  ));

it("takes different spellings of one text for the same password", () =>
  assert.equal(scramVerifier("cafe\u0301\u00a0IX", salt), scramVerifier("caf\u00e9 \u2168", salt)));

it("leaves a password with control characters as it is", () =>
  assert.notEqual(scramVerifier("e\u0301\n", salt), scramVerifier("\u00e9\n", salt)));

it("leaves a verifier as it is", () => {
  const verifier = scramVerifier("pencil");
  assert.equal(scramVerifier(verifier), verifier);
});
