import { makeSecret } from "../commands";
import type { Problem } from "../refusal";
import type { Settings } from "../schema";
import { shown } from "../shown";
import { HIDDEN } from "../stack-file";

/** Long enough not to be guessed, and of nothing that a cookie would have to quote. */
const COOKIE = /^[A-Za-z0-9+/=_.~-]{16,}$/;

export function maintenance({ maintenance: { cookie, page }, secrets }: Settings, stack: string): Problem[] {
  const value = cookie === undefined ? undefined : secrets[cookie];
  const problems: Problem[] = [];
  if (cookie !== undefined && value !== undefined && value !== HIDDEN && !COOKIE.test(value)) {
    problems.push({
      at: `secrets.${cookie}`,
      got: HIDDEN,
      why: "As a cookie's value it needs 16 characters at least: letters, digits and + / = _ . ~ - alone.",
      fix: `Run: ${makeSecret(cookie, stack)}`,
    });
  }
  if (page !== undefined && (page.startsWith("/") || page.split("/").includes(".."))) {
    problems.push({
      at: "maintenance.page",
      got: shown(["maintenance", "page"], page),
      why: "It leads out of the project's folder, and would not be there on another machine.",
      fix: "Put the file beside Pulumi.yaml, and write its name, such as closed.html.",
    });
  }
  return problems;
}
