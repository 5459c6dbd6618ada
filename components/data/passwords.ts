import { createHmac } from "node:crypto";

/** All passwords that Tidemark needs for itself come from one secret, so there is one to keep and one to set. */
export class Passwords {
  constructor(
    private readonly key: string,
    private readonly prefix: string,
  ) {}

  /** For labels that must not give a secret away. */
  get salt(): string {
    return this.of("label");
  }

  /** Letters, digits, - and _ alone: it can stand in a URL and in an ACL file as it is. @param turn raised by a rotation */
  of(who: string, turn = 1): string {
    return createHmac("sha256", this.key).update(`${this.prefix}/${who}/${turn}`).digest("base64url");
  }
}
