import type { Passwords } from "./passwords";

export interface Login {
  user: string;
  password: string;
}

/** The roles of one database. */
export interface Logins {
  /** Tidemark's own; makes the others. */
  superuser: Login;
  /** Owns the database; migrations log in as it. */
  owner: Login;
  /** Holds the application's rights; its two logins are members. */
  group: string;
  /** Used in turn, so that a new password never shuts out tasks which still have the old one. */
  logins: { a: Login; b: Login };
  /** For people and reports. */
  reader: Login;
}

export function loginsOf(database: string, passwords: Passwords): Logins {
  const login = (user: string): Login => ({ user, password: passwords.of(`postgres/${user}`) });
  return {
    superuser: login("tidemark"),
    owner: login(`${database}_owner`),
    group: `${database}_app`,
    logins: { a: login(`${database}_app_a`), b: login(`${database}_app_b`) },
    reader: login(`${database}_reader`),
  };
}

/** What {url}, {user} and the like stand for in the application's environment. */
export function connection(login: Login, at: { host: string; port: number; name: string }): Record<string, string> {
  const { host, port, name } = at;
  return {
    url: `postgres://${login.user}:${login.password}@${host}:${port}/${name}`,
    host,
    port: String(port),
    name,
    user: login.user,
    password: login.password,
  };
}
