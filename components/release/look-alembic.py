"""What a release with alembic knows of migrations, what its database has, and if one is missing. Writes nothing.

Behind `alembic` or `flask db` itself, with the arguments of the release's own command, so that it finds what that finds.
ASKED is {"program": "alembic" or "flask", "arguments": [...], "fit": whether to look for what is missing,
"sql": whether to say what pending ones would do}.
"""

import io
import re
import sys

from alembic import command
from alembic.autogenerate import produce_migrations
from alembic.config import CommandLine
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

upgrade = command.upgrade
found = []


def look(config, target="head", sql=False, tag=None):
    """In place of `alembic upgrade`."""
    script = ScriptDirectory.from_config(config)
    revisions = {one.revision: one for one in script.walk_revisions()}
    heads, seen = at(config, script)
    applied = closure(script, revisions, heads)
    # From a head that it does not know, alembic goes nowhere.
    lost = heads - set(revisions)
    pending = [] if lost else [one for name, one in reversed(list(revisions.items())) if name not in applied]
    texts = statements(config, heads, target, pending) if ASKED["sql"] and pending else {}
    several = script.get_heads() if target == "head" else []
    findings = [
        *(
            [{"id": "several-heads", "level": "error", "text": "There are several heads: %s. Merge them." % several}]
            if len(several) > 1
            else []
        ),
        *([missing(seen["differs"])] if seen.get("differs") and not pending else []),
    ]
    found.append(
        {
            "known": [known(script, one) for one in revisions.values()],
            "applied": sorted(applied),
            "pending": [
                {
                    **titled(one),
                    "maintenance": is_marked(one),
                    "atomic": seen.get("rolls_back", False),
                    **({"sql": texts.get(one.revision, "")} if ASKED["sql"] else {}),
                }
                for one in pending
            ],
            "together": seen.get("together", False),
            "lost": sorted(lost),
            "findings": findings,
        }
    )


def at(config, script):
    """The database's heads, asked through the release's own env.py."""
    heads, seen = set(), {}

    def see(current, context):
        heads.update(current)
        seen["rolls_back"] = bool(context.impl.transactional_ddl)
        seen["together"] = seen["rolls_back"] and not context.opts.get("transaction_per_migration", False)
        metadata = context.opts.get("target_metadata")
        # Against a database that lacks a migration everything in that migration would seem to be missing.
        if ASKED["fit"] and metadata is not None and set(current) == set(script.get_heads()):
            seen.setdefault("differs", []).extend(produce_migrations(context, metadata).upgrade_ops.as_diffs())
        return []

    with EnvironmentContext(config, script, fn=see, dont_mutate=True):
        script.run_env()
    return heads, seen


def parents(script, revision):
    named = [*listed(revision.down_revision), *listed(revision.dependencies)]
    return [one.revision for name in named for one in script.get_revisions(name)]


def listed(names):
    return [names] if isinstance(names, str) else list(names or ())


def closure(script, revisions, heads):
    """The heads and all beneath them; a head that this release does not know stands alone."""
    reached, ahead = set(), list(heads)
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead.extend(parents(script, revisions[name]) if name in revisions else [])
    return reached


def titled(revision):
    return {"name": revision.revision, **({"title": revision.doc} if revision.doc else {})}


def known(script, revision):
    return {**titled(revision), "replaces": [], "maintenance": is_marked(revision), "after": parents(script, revision)}


def is_marked(revision):
    return bool(getattr(revision.module, "tidemark_maintenance", False))


def missing(differences):
    text = "\n".join(map(described, differences))
    return {"id": "missing-migration", "level": "warning", "text": "The models differ from the migrations:\n%s" % text}


def described(difference):
    if isinstance(difference, list):
        return "\n".join(map(described, difference))
    verb, *things = difference
    names = [one if isinstance(one, str) else getattr(one, "name", None) for one in things]
    return "%s %s" % (verb.replace("_", " "), ".".join(str(one) for one in names if one))


def statements(config, heads, target, pending):
    """What each pending one would do, as `alembic upgrade --sql` writes it."""
    if len(heads) > 1:
        return {one.revision: "-- cannot be told: the database has several heads" for one in pending}
    config.output_buffer = said = io.StringIO()
    try:
        upgrade(config, ":".join([*heads, target]), sql=True)
    # Whatever a migration does that needs a connection, or an env.py that knows no other way.
    except (Exception, SystemExit) as error:
        return {one.revision: "-- cannot be told without running it: %s" % error for one in pending}
    _, *parts = re.split(r"^-- Running upgrade .*?-> *(\w+).*\n", said.getvalue(), flags=re.MULTILINE)
    return {name: text.strip() for name, text in zip(parts[::2], parts[1::2])}


class Instead(CommandLine):
    """Finds the configuration as alembic does, and does something else with it."""

    def run_cmd(self, config, options):
        look(config, getattr(options, "revision", "head"))


def main(arguments):
    if ASKED["program"] == "alembic":
        Instead(prog="alembic").main(arguments)
        return
    from flask.cli import main as flask

    command.upgrade = look
    sys.argv = ["flask", *arguments]
    flask()


try:
    main(ASKED["arguments"])
except SystemExit as end:
    if end.code or not found:
        raise
tell(found[0])
