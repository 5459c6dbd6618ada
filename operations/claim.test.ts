import assert from "node:assert/strict";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { describe, it } from "node:test";
import { ApiError, type Api } from "./api";
import { claim } from "./claim";

const NAME = "shop-prod-lock";
const NOW = "2026-03-01T12:00:00Z";
const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
const HERE = `${boot} ${readlinkSync("/proc/self/ns/pid")}`;

interface Lock {
  hostname: string;
  pid: number;
  /** When it last showed that it lives. */
  shownAt: string;
  /** When it was taken. */
  timestamp?: string;
  /** Whose pid it is. */
  processes?: string;
}

/** A Docker that may hold a lock already; what is held there now is told. */
function dockerWith(lock?: Lock): { api: Api; held: () => unknown } {
  let data: string | undefined =
    lock &&
    Buffer.from(JSON.stringify({ timestamp: "2026-03-01T11:30:00.000Z", ...lock, username: "ada" })).toString("base64");
  const api: Api = async (method, path, body) => {
    if (path === "/info") return { SystemTime: NOW };
    if (method === "POST" && path === "/configs/create") {
      if (data !== undefined) throw new ApiError(method, path, 409, "already exists");
      data = (body as { Data: string }).Data;
      return { ID: "new" };
    }
    if (data === undefined) throw new ApiError(method, path, 404, "no such config");
    if (method === "DELETE") return void (data = undefined);
    return { ID: "old", Version: { Index: 1 }, UpdatedAt: lock?.shownAt, Spec: { Name: NAME, Labels: {}, Data: data } };
  };
  return { api, held: () => data && (JSON.parse(Buffer.from(data, "base64").toString()) as unknown) };
}

const refusal = (who: string): { message: RegExp } => ({
  message: new RegExp(
    `^shop-prod is being updated by ada@${who} .* since 2026-03-01T11:30:00Z, so nothing was touched\\n`,
  ),
});

describe("a stack on a Docker host", () => {
  it("is taken by whoever comes first, by name", async () => {
    const { api, held } = dockerWith();
    assert.equal(await claim(api, "shop-prod", assert.fail), "new");
    const { pid, hostname: host } = held() as { pid: number; hostname: string };
    assert.deepEqual([pid, host], [process.pid, hostname()]);
  });

  it("is refused while its holder on another machine shows that it lives, and who and since when is said", async () => {
    const { api } = dockerWith({ hostname: "elsewhere", pid: 1, shownAt: "2026-03-01T11:59:30Z" });
    await assert.rejects(claim(api, "shop-prod", assert.fail), refusal("elsewhere"));
  });

  it("is taken from one on another machine that has shown nothing for a minute", async () => {
    const { api, held } = dockerWith({ hostname: "elsewhere", pid: 1, shownAt: "2026-03-01T11:58:59Z" });
    await claim(api, "shop-prod", assert.fail);
    assert.equal((held() as { pid: number }).pid, process.pid);
  });

  it("is refused while its holder on this machine lives, however long it has shown nothing", async () => {
    const timestamp = new Date().toISOString();
    const { api } = dockerWith({
      hostname: hostname(),
      pid: process.ppid,
      shownAt: "2026-03-01T11:00:00Z",
      timestamp,
      processes: HERE,
    });
    await assert.rejects(claim(api, "shop-prod", assert.fail), /^OperationError: shop-prod is being updated by ada@/);
  });

  it("is refused while one of the same name elsewhere lives, whose number means nothing here", async () => {
    const { api } = dockerWith({ hostname: hostname(), pid: 2 ** 22 + 1, shownAt: NOW, processes: "another kernel's" });
    await assert.rejects(claim(api, "shop-prod", assert.fail), /^OperationError: shop-prod is being updated by ada@/);
  });

  it("is taken at once from a process of this machine that is gone", async () => {
    const { api, held } = dockerWith({ hostname: hostname(), pid: 2 ** 22 + 1, shownAt: NOW, processes: HERE });
    await claim(api, "shop-prod", assert.fail);
    assert.equal((held() as { pid: number }).pid, process.pid);
  });
});
