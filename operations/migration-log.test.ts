import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { migrationLog } from "./migration-log";

const lines = (text: string): string[] => text.split("\n").slice(1, -1);

const TRACEBACK = `
Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/django/db/backends/utils.py", line 87, in _execute
    return self.cursor.execute(sql)
psycopg2.errors.UndefinedTable: relation "orders_account" does not exist


The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/manage.py", line 9, in <module>
    execute_from_command_line(sys.argv)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/usr/lib/python3/dist-packages/django/db/backends/utils.py", line 87, in _execute
    return self.cursor.execute(sql)
django.db.utils.ProgrammingError: relation "orders_account" does not exist
`;

const BEFORE = `
Operations to perform:
  Apply all migrations: orders
Running migrations:
  Applying orders.0001_initial... OK
  Applying orders.0002_order_note... OK
`;

const ERROR = ['django.db.utils.ProgrammingError: relation "orders_account" does not exist'];

describe("of Django's log", () => {
  it("tells what ran", () =>
    assert.deepEqual(migrationLog(lines(BEFORE), 0), {
      ran: ["orders.0001_initial", "orders.0002_order_note"],
      error: [],
    }));

  it("tells that nothing had to run", () =>
    assert.deepEqual(migrationLog(["Running migrations:", "  No migrations to apply."], 0), { ran: [], error: [] }));

  const ran = ["orders.0001_initial", "orders.0002_order_note"];
  const failed = "orders.0003_order_account";
  // Its two streams come in any order, and what it was at has no end of line.
  const orders: Record<string, string[]> = {
    "in their order": [
      ...lines(BEFORE),
      `  Applying ${failed}...Traceback (most recent call last):`,
      ...lines(TRACEBACK).slice(1),
    ],
    "with the error first": [...lines(TRACEBACK), ...lines(BEFORE), `  Applying ${failed}...`],
    "with both on one line": [...lines(BEFORE), ...lines(TRACEBACK).slice(0, -1), `${ERROR[0]}  Applying ${failed}...`],
  };
  for (const [how, log] of Object.entries(orders))
    it(`tells which one failed and why: ${how}`, () =>
      assert.deepEqual(migrationLog(log, 1), {
        ran,
        failed,
        error: ERROR,
      }));

  it("takes none for failed where all were done when it ended", () =>
    assert.deepEqual(migrationLog([...lines(BEFORE), "CommandError: a signal went wrong"], 1), {
      ran,
      error: ["CommandError: a signal went wrong"],
    }));

  it("keeps what the database adds to its error, such as where in the statement it is", () =>
    assert.deepEqual(
      migrationLog(
        [
          "Traceback (most recent call last):",
          '  File "/app/manage.py", line 9, in <module>',
          "django.db.utils.DataError: value too long for type character varying(5)",
          "CONTEXT:  SQL statement",
          "",
        ],
        1,
      ).error,
      ["django.db.utils.DataError: value too long for type character varying(5)", "CONTEXT:  SQL statement"],
    ));
});

describe("of alembic's log", () => {
  const upgrades = [
    "INFO  [alembic.runtime.migration] Context impl PostgresqlImpl.",
    "INFO  [alembic.runtime.migration] Running upgrade  -> 3a1f, workspaces",
    "INFO  [alembic.runtime.migration] Running upgrade 3a1f -> 5c20, an address on each message",
    "INFO  [alembic.runtime.migration] Running upgrade 5c20, 4b11 -> 77e0, both lines",
  ];

  it("tells what ran", () => assert.deepEqual(migrationLog(upgrades, 0).ran, ["3a1f", "5c20", "77e0"]));

  it("tells which one failed and why", () =>
    assert.deepEqual(
      migrationLog(
        [
          ...upgrades,
          "Traceback (most recent call last):",
          '  File "/usr/lib/python3/dist-packages/sqlalchemy/engine/base.py", line 1964, in _exec_single_context',
          "    self.dialect.do_execute(",
          'sqlalchemy.exc.ProgrammingError: (psycopg2.errors.UndefinedTable) relation "accounts" does not exist',
          "",
          "[SQL: ALTER TABLE messages ADD COLUMN account_id bigint REFERENCES accounts (id)]",
          "(Background on this error at: https://sqlalche.example/e/20/f405)",
        ],
        1,
      ),
      {
        ran: ["3a1f", "5c20"],
        failed: "77e0",
        error: [
          'sqlalchemy.exc.ProgrammingError: (psycopg2.errors.UndefinedTable) relation "accounts" does not exist',
          "[SQL: ALTER TABLE messages ADD COLUMN account_id bigint REFERENCES accounts (id)]",
        ],
      },
    ));

  it("tells what it says where it came to no migration at all", () =>
    assert.deepEqual(migrationLog(["FAILED: Can't locate revision identified by '77e0'"], 255), {
      ran: [],
      error: ["FAILED: Can't locate revision identified by '77e0'"],
    }));
});

it("tells the end of the log of a command that it does not know", () =>
  assert.deepEqual(migrationLog(["a", "b", "", "c", "d", "e", "f"], 2), { ran: [], error: ["b", "c", "d", "e", "f"] }));
