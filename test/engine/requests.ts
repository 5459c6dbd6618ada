/** What one request of the load is. */
export interface Sort {
  kind: "read" | "sale" | "slow";
  path: string;
  /** On a connection of its own, which ends with it; the others share connections that stay open. */
  alone: boolean;
}

export const SLOW_SECONDS = 5;

/** The n-th request: a tenth takes 5 s, a quarter adds a row, the others read; half of each kind come alone. */
export function sortOf(n: number): Sort {
  const alone = (n + Math.floor(n / 20)) % 2 === 0;
  if (n % 10 === 0) return { kind: "slow", path: `/api/slow/?seconds=${SLOW_SECONDS}`, alone };
  if (n % 4 === 3) return { kind: "sale", path: "/api/sales/", alone };
  return { kind: "read", path: n % 100 === 1 ? "/" : "/api/version/", alone };
}
