import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { looking } from "./looking";

const ASK = { fit: true, sql: false };

function commandOf(framework: string, migrate: string[] | false): string {
  const its = looking(framework, migrate, ASK);
  return its ? its.command.map((word) => (word.startsWith("import json") ? asked(word) : word)).join(" ") : "nothing";
}

/** What the small program is asked, of the text that Python is handed. */
function asked(code: string): string {
  const [, text = ""] = /json\.loads\((".*")\)/.exec(code) ?? [];
  return JSON.parse(text) as string;
}

describe("the look into an image is by the words of the command that migrates it", () => {
  const django = (asked: string): string => `--verbosity 0 --command {"fit":true,"sql":false,"database":"${asked}"}`;
  const flask = (program: string, args: string[]): string => JSON.stringify({ ...ASK, program, arguments: args });
  const cases: [migrate: string[], look: string][] = [
    [["python3", "manage.py", "migrate", "--noinput"], `python3 manage.py shell ${django("default")}`],
    [["python", "src/manage.py", "migrate"], `python src/manage.py shell ${django("default")}`],
    [["uv", "run", "./manage.py", "migrate"], `uv run ./manage.py shell ${django("default")}`],
    [
      ["django-admin", "migrate", "--settings=config.prod", "--pythonpath", "src", "--database", "main"],
      `django-admin shell --settings config.prod --pythonpath src ${django("main")}`,
    ],
    [
      ["alembic", "-c", "db/alembic.ini", "upgrade", "head"],
      `/bin/sh /tidemark/python alembic -c ${flask("alembic", ["-c", "db/alembic.ini", "upgrade", "head"])}`,
    ],
    [
      ["/venv/bin/alembic", "upgrade", "head"],
      `/bin/sh /tidemark/python /venv/bin/alembic -c ${flask("alembic", ["upgrade", "head"])}`,
    ],
    [["python3", "-m", "alembic", "upgrade", "head"], `python3 -c ${flask("alembic", ["upgrade", "head"])}`],
    [
      ["poetry", "run", "flask", "--app", "notes", "db", "upgrade"],
      `poetry run /bin/sh /tidemark/python flask -c ${flask("flask", ["--app", "notes", "db", "upgrade"])}`,
    ],
  ];
  for (const [migrate, look] of cases) it(migrate.join(" "), () => assert.equal(commandOf("none", migrate), look));
});

describe("where it cannot be seen in the command", () => {
  it("Django is asked as it usually is", () => {
    const usual = commandOf("django", ["python3", "manage.py", "migrate"]);
    assert.equal(commandOf("django", ["sh", "-c", "./migrate-all"]), usual);
    assert.equal(commandOf("django", false), usual);
  });

  it("nothing else is asked", () => {
    assert.equal(commandOf("flask", false), "nothing");
    assert.equal(commandOf("none", ["make", "migrate"]), "nothing");
    assert.equal(commandOf("flask", ["flask", "init-database"]), "nothing");
  });
});

it("gives the image what its framework needs, and no more", () => {
  const scripts = (migrate: string[]): string[] => Object.keys(looking("none", migrate, ASK)!.scripts).sort();
  assert.deepEqual(scripts(["python3", "manage.py", "migrate"]), ["/tidemark/look"]);
  assert.deepEqual(scripts(["alembic", "upgrade", "head"]), ["/tidemark/look", "/tidemark/python"]);
  assert.deepEqual(scripts(["python3", "-m", "alembic", "upgrade", "head"]), ["/tidemark/look"]);
});
