import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import * as path from "node:path";
import { Stack } from "./stack";
import { execa } from "execa";
(async () => {
  const stack = { folder: "/work/main/.tidemark/test/kx" };
  const at = Number(process.argv[2]);
  const child = spawn(process.execPath, ["/work/main/cli/tidemark.js", "--stack", "kx", "up", "--yes"], { cwd: stack.folder, detached: true, stdio: ["ignore", "inherit", "inherit"] });
  await pause(at * 1000);
  console.log("BEFORE"); console.log((await execa("ps", ["-eo", "pid,ppid,pgid,sid,args", "--forest"])).stdout.split("\n").filter((l) => /kx|pulumi|operations/.test(l)).map((l) => l.slice(0, 260)).join("\n"));
  process.kill(-child.pid!, "SIGKILL");
  for (const wait of [200, 1000, 3000]) { await pause(wait);
  console.log("AFTER", wait); console.log((await execa("ps", ["-eo", "pid,ppid,pgid,sid,args", "--forest"])).stdout.split("\n").filter((l) => /kx|pulumi|operations/.test(l)).map((l) => l.slice(0, 260)).join("\n")); }
})();
