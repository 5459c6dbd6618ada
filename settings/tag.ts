/** What a person writes as a tag: its name, and the digest that a rollback put behind it. @example "1.4.1@sha256:9f2c…" */
export interface Tag {
  name: string;
  /** @example "sha256:9f2c…" */
  digest?: string;
}

export function splitTag(text: string): Tag {
  const [name = "", digest] = text.split("@");
  return digest === undefined ? { name } : { name, digest };
}
