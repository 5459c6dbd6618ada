import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inOneLine, message, webhookFile, type News } from "./notify";

const news: News = {
  ...{ stack: "shop-prod", what: "fall-back", tag: "1.5.0", former: "1.4.2", who: "ada@laptop" },
  why: 'web: "no such file"\nsecond',
};

describe("a message", () => {
  for (const format of ["slack", "mattermost", "google-chat"] as const)
    it(`is a text for ${format}`, () =>
      assert.deepEqual(JSON.parse(message({ format }, news)), { text: inOneLine(news) }));

  it("is a content for discord, no longer than that takes", () => {
    const long = JSON.parse(message({ format: "discord" }, { ...news, why: "x".repeat(3000) })) as { content: string };
    assert.equal(long.content.length, 2000);
  });

  it("is a card for teams", () =>
    assert.match(message({ format: "teams" }, news), /"type":"AdaptiveCard".*"text":"shop-prod went back to 1\.4\.2/));

  it("is every fact by name for a program", () =>
    assert.deepEqual(JSON.parse(message({ format: "json" }, news)), { ...news, text: inOneLine(news) }));

  it("fills a template so that it stays JSON, and leaves what it does not know", () => {
    const template = '{"chat": "{other}", "text": "{what} {tag}: {why}"}';
    assert.deepEqual(JSON.parse(message({ format: "json", template }, news)), {
      chat: "{other}",
      text: 'fall-back 1.5.0: web: "no such file"\nsecond',
    });
  });
});

it("says each kind of news in a line", () =>
  assert.deepEqual(
    (["release", "rollback", "failure", "no-go", "maintenance on"] as const).map((what) =>
      inOneLine({ stack: "shop-prod", what, tag: "1.5.0", who: "ada@laptop" }),
    ),
    [
      "shop-prod runs 1.5.0 (release by ada@laptop)",
      "shop-prod runs 1.5.0 (rollback by ada@laptop)",
      "shop-prod could not be brought to 1.5.0 (ada@laptop)",
      "shop-prod: no-go for 1.5.0 (ada@laptop)",
      "shop-prod: maintenance on (ada@laptop)",
    ],
  ));

it("hands curl a URL as curl quotes", () =>
  assert.equal(webhookFile('https://chat.example/a"b\\c'), 'url = "https://chat.example/a\\"b\\\\c"\n'));
