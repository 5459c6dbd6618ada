import { Client } from "pg";
import { loginsOf } from "../components/data/logins";
import { Passwords } from "../components/data/passwords";
import { databaseAnswers } from "../operations/database-answers";
import { KEY } from "../settings/checks/secrets";
import { askPulumi, type Project } from "./project";

/** Asks the stack's own database as Tidemark's superuser; no rows from one that does not answer. */
export async function askDatabase(project: Project, query: string, values: readonly string[]): Promise<unknown[]> {
  const { databasePort: port, prefix } = project;
  if (port === undefined || !(await databaseAnswers(port))) return [];
  const key = await askPulumi(project, ["config", "get", "--path", `secrets.${KEY}`]);
  const { superuser } = loginsOf("any", new Passwords(key, prefix));
  const client = new Client({
    host: "127.0.0.1",
    port,
    user: superuser.user,
    password: superuser.password,
    database: "postgres",
  });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(query, [...values])).rows;
  } finally {
    await client.end();
  }
}
