import assert from "node:assert/strict";
import { it } from "node:test";
import { images } from "./images";
import { sample, web } from "./sample";

const fix = 'Name one release, such as "1.4.2".';

it("is content with an image and a tag, and with a build", () => {
  assert.deepEqual(images(sample({ image: "registry.example:5000/team/shop" })), []);
  assert.deepEqual(images(sample({ image: undefined, build: {} })), []);
  assert.deepEqual(
    images(sample({ image: undefined, processes: { web: { ...web, image: "shop/web", build: {} } } })),
    [],
  );
});

it("refuses latest, for the application and for a process", () =>
  assert.deepEqual(images(sample({ tag: "latest", processes: { web: { ...web, tag: "latest" } } })), [
    { at: "tag", got: "latest", why: "It names another image every day: no rollback could find this one.", fix },
    {
      at: "processes.web.tag",
      got: "latest",
      why: "It names another image every day: no rollback could find this one.",
      fix,
    },
  ]));

it("refuses no tag", () =>
  assert.deepEqual(images(sample({ tag: "" })), [
    { at: "tag", got: "nothing", why: "Without a tag Docker takes latest.", fix },
  ]));

it("refuses what cannot be a tag", () =>
  assert.deepEqual(images(sample({ tag: "release/1" })), [
    {
      at: "tag",
      got: '"release/1"',
      why: "A tag has letters, digits, _ . and -, at most 128, and begins with none of the last two.",
      fix,
    },
  ]));

for (const image of [
  "registry.example:5000/shop:1.4.2",
  "registry.example:5000/shop:latest",
  "registry.example:5000/shop@sha256:0a",
])
  it(`refuses a tag or digest in an image's name: ${image}`, () =>
    assert.deepEqual(images(sample({ image })), [
      {
        at: "image",
        got: JSON.stringify(image),
        why: "The release is named by tag alone.",
        fix: "Write registry.example:5000/shop here, and its tag under tag.",
      },
    ]));

it("refuses a build of its own that would take the place of the application's image", () =>
  assert.deepEqual(images(sample({ processes: { web: { ...web, build: {} } } })), [
    {
      at: "processes.web.image",
      got: "nothing",
      why: "A build of its own without a name of its own would take the place of the application's image.",
      fix: "Name it, such as registry.example/shop-web.",
    },
  ]));

it("refuses a process of which no image is known", () =>
  assert.deepEqual(images(sample({ image: undefined })), [
    {
      at: "processes.web.image",
      got: "nothing",
      why: "Nothing says which image it runs.",
      fix: "Give it an image or a build, or give the application one.",
    },
  ]));
