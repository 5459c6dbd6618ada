import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { describe, it } from "node:test";
import { describeOwner, listeningSockets, portOwner, publishedService } from "./port-owner";

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0 0 10 0
   2: 0100007F:0050 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0`;

describe("the owner of a port", () => {
  it("is told by the socket that listens, not by a connection", () => {
    assert.deepEqual(listeningSockets(TABLE, 80), ["4711"]);
    assert.deepEqual(listeningSockets(TABLE, 8080), ["4712"]);
    assert.deepEqual(listeningSockets(TABLE, 443), []);
  });

  it("may be a service of the routing mesh", () => {
    const list = ["db\t", "shop-edge\t*:80->8080/tcp, *:443->8443/tcp"];
    assert.deepEqual(publishedService(list, 443), { kind: "service", name: "shop-edge" });
    assert.equal(publishedService(list, 8443), undefined);
    assert.equal(publishedService(["a\t*:1443->443/tcp"], 443), undefined);
  });

  it("is named as a person would", () => {
    assert.equal(describeOwner({ kind: "service", name: "shop-edge" }), "service shop-edge");
    assert.equal(describeOwner({ kind: "process", name: "nginx", pid: 12 }), "process nginx (pid 12)");
    assert.equal(describeOwner({ kind: "process" }), "a process of another user");
  });
});

describe("the owner of a port that Docker publishes", () => {
  /** A docker that answers by the first word it is asked. */
  const docker = (answers: Record<string, string>) => async (args: readonly string[]) => answers[args[0]!] ?? "";

  it("is the container, or the service it belongs to", async () => {
    assert.deepEqual(await portOwner(docker({ ps: "old-nginx\t" }), 80, false), {
      kind: "container",
      name: "old-nginx",
    });
    assert.deepEqual(await portOwner(docker({ ps: "shop-edge.1.x7\tshop-edge" }), 80, false), {
      kind: "service",
      name: "shop-edge",
    });
  });

  it("is the service that the routing mesh publishes it for, on a manager", async () => {
    const mesh = { service: "shop-edge\t*:80->80/tcp" };
    assert.deepEqual(await portOwner(docker({ ...mesh, info: "true" }), 80, false), {
      kind: "service",
      name: "shop-edge",
    });
    assert.equal(await portOwner(docker({ ...mesh, info: "false" }), 80, false), undefined);
  });
});

describe("the owner of a port of this machine", { timeout: 30_000 }, () => {
  const nothingPublished = async (): Promise<string> => "";

  async function listening(host: string): Promise<{ server: Server; port: number }> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, host, done));
    const address = server.address();
    assert.ok(address && typeof address === "object");
    return { server, port: address.port };
  }

  for (const host of ["127.0.0.1", "::1", "0.0.0.0"])
    it(`is the process that listens on ${host}, and nobody once it has closed`, async () => {
      const { server, port } = await listening(host);
      try {
        const owner = await portOwner(nothingPublished, port, true);
        assert.ok(owner?.kind === "process");
        assert.equal(owner.pid, process.pid);
        assert.ok(owner.name);
        assert.equal(await portOwner(nothingPublished, port, false), undefined);
      } finally {
        await new Promise((done) => server.close(done));
      }
      assert.equal(await portOwner(nothingPublished, port, true), undefined);
    });
});
