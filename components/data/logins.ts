import type { Passwords } from "./passwords";

export interface Login {
  user: string;
  password: string;
}

/** One of the two logins of the application. */
export interface OfTwo extends Login {
  letter: "a" | "b";
}

/** The roles of one database. */
export interface Logins {
  /** Tidemark's own; makes the others. */
  superuser: Login;
  /** Owns the database; migrations log in as it. */
  owner: Login;
  /** Holds the application's rights; its two logins are members. */
  group: string;
  /** Whose turn it is: tasks which still have the other one are not shut out by its new password. */
  active: OfTwo;
  /** Who is shut out once no task has it; nobody has its password. */
  idle: OfTwo;
  /** For people and reports. */
  reader: Login;
}

/** @param turn raised by a rotation */
export function loginsOf(database: string, passwords: Passwords, turn = 1): Logins {
  const login = (user: string, its?: number): Login => ({ user, password: passwords.of(`postgres/${user}`, its) });
  const [active, idle] = turn % 2 === 1 ? (["a", "b"] as const) : (["b", "a"] as const);
  const user = `${database}_app_${idle}`;
  return {
    superuser: login("tidemark"),
    owner: login(`${database}_owner`, turn),
    group: `${database}_app`,
    active: { letter: active, ...login(`${database}_app_${active}`, turn) },
    idle: { letter: idle, user, password: passwords.of(`postgres/${user}/nobody`) },
    reader: login(`${database}_reader`, turn),
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
