import assert from "node:assert/strict";
import { it } from "node:test";
import { fileUrls, routes } from "./routes";
import { sample, web } from "./sample";

const processes = { web, front: { ...web, kind: "frontend" }, worker: { kind: "worker", command: ["work"] } };
const on = (...list: object[]) => sample({ processes, edge: { routes: list } });

it("is content with one process and no route, and with a route for each", () => {
  assert.deepEqual(routes(sample()), []);
  assert.deepEqual(routes(on({ path: "/", to: "front" }, { path: "/api/", to: "web" })), []);
});

it("refuses two processes on one route", () =>
  assert.deepEqual(routes(on({ path: "/", to: "front" }, { path: "/", to: "web" })), [
    {
      at: "edge.routes[1].path",
      got: "/",
      why: "It leads to front already.",
      fix: "Take one of the two away, or give it a path of its own.",
    },
  ]));

it("refuses a route to a process that is not there, with the nearest one", () =>
  assert.deepEqual(routes(on({ path: "/", to: "fornt" }, { path: "/x/", to: "something" })), [
    { at: "edge.routes[0].to", got: "fornt", why: "There is no such process.", fix: "Did you mean front?" },
    { at: "edge.routes[1].to", got: "something", why: "There is no such process.", fix: "Write one of: web, front." },
  ]));

it("refuses a route to a worker", () =>
  assert.deepEqual(routes(on({ path: "/", to: "worker" })), [
    { at: "edge.routes[0].to", got: "worker", why: "A worker answers no requests.", fix: "Write one of: web, front." },
  ]));

it("refuses more than one answering process without routes", () =>
  assert.deepEqual(routes(sample({ processes })), [
    {
      at: "edge.routes",
      got: "nothing",
      why: "web and front could all answer.",
      fix: "Say who answers where, such as [{ path: /api/, to: web }, { path: /, to: front }].",
    },
  ]));

it("refuses a route that takes the place of media or static files", () =>
  assert.deepEqual(
    routes(sample({ media: { path: "/srv/media" }, edge: { routes: [{ path: "/media/", to: "web" }] } })),
    [{ at: "media.url", got: "/media/", why: "A route leads it to web already.", fix: "Change one of the two." }],
  ));

it("refuses files at what is not a path below the root, or at one path", () => {
  const at = (media: string, files: string) =>
    fileUrls(sample({ media: { path: "/srv/media", url: media }, static: { root: "/srv/static", url: files } }));
  assert.deepEqual(at("/media/", "/a/static/"), []);
  assert.deepEqual(at("", "/static/"), []);
  assert.deepEqual(at("media", "/"), [
    {
      at: "media.url",
      got: "media",
      why: "It is not a path below the root.",
      fix: "Begin and end it with /, such as /media/.",
    },
    {
      at: "static.url",
      got: "/",
      why: "It is not a path below the root.",
      fix: "Begin and end it with /, such as /static/.",
    },
  ]);
  assert.deepEqual(at("/files/", "/files/"), [
    { at: "media.url", got: "/files/", why: "Static files are served there already.", fix: "Change one of the two." },
  ]);
});
