"""What a Django release knows of migrations, what its database has, and what Django finds wrong. Writes nothing.

Run by `manage.py shell -c`, so that it works under the settings which the release's own commands work under.
ASKED is {"database": ALIAS, "fit": whether to look for what is wrong, "sql": whether to say what pending ones do}.
"""

import io
import sys

from django.apps import apps
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor

LEVELS = {checks.WARNING: "warning", checks.ERROR: "error", checks.CRITICAL: "error"}


def look(asked):
    connection = connections[asked["database"]]
    # Without a database Django has a stand-in for one, which does not say what it is.
    if connection.vendor == "unknown":
        return {"known": [], "applied": [], "pending": [], "findings": what_is_wrong() if asked["fit"] else []}
    executor = MigrationExecutor(connection)
    loader = executor.loader
    astray = history(loader, connection)
    pending = [] if astray else [one for one, _ in executor.migration_plan(loader.graph.leaf_nodes())]
    fit = [*what_is_wrong(), *([] if astray else missing())] if asked["fit"] else []
    return {
        "labels": sorted(config.label for config in apps.get_app_configs()),
        "known": [known(one) for _, one in sorted(loader.disk_migrations.items())],
        "applied": sorted(map(dotted, loader.applied_migrations)),
        "pending": [
            {
                "name": name_of(one),
                "maintenance": is_marked(one),
                "atomic": bool(one.atomic and connection.features.can_rollback_ddl),
                **({"sql": sql(loader, one)} if asked["sql"] else {}),
            }
            for one in pending
        ],
        "findings": [*astray, *fit],
    }


def dotted(key):
    return ".".join(key)


def name_of(migration):
    return dotted((migration.app_label, migration.name))


def known(migration):
    replaces = [dotted(one) for one in migration.replaces]
    return {"name": name_of(migration), "replaces": replaces, "maintenance": is_marked(migration)}


def is_marked(migration):
    """On the class, or in its file."""
    module = sys.modules.get(type(migration).__module__)
    return bool(getattr(migration, "tidemark_maintenance", getattr(module, "tidemark_maintenance", False)))


def history(loader, connection):
    """What keeps every migration from being applied."""
    found = []
    for label, names in sorted(loader.detect_conflicts().items()):
        text = "%s has several last ones: %s. Merge them: makemigrations --merge" % (label, ", ".join(sorted(names)))
        found.append({"id": "conflicting-migrations", "level": "error", "text": text})
    try:
        loader.check_consistent_history(connection)
    except InconsistentMigrationHistory as error:
        found.append({"id": "inconsistent-history", "level": "error", "text": str(error)})
    return found


def what_is_wrong():
    """`check --deploy`, with the number of each thing that it says."""
    said = checks.run_checks(include_deployment_checks=True)
    return [
        {
            "id": one.id or "",
            "level": LEVELS[max(level for level in LEVELS if level <= one.level)],
            "text": " ".join(filter(None, [on(one.obj), str(one.msg), one.hint and str(one.hint)])),
        }
        for one in said
        if one.level >= checks.WARNING and not one.is_silenced()
    ]


def on(thing):
    if thing is None:
        return ""
    return "%s:" % (getattr(getattr(thing, "_meta", None), "label", None) or thing)


def missing():
    """`makemigrations --check --dry-run`."""
    said = io.StringIO()
    try:
        call_command("makemigrations", check_changes=True, dry_run=True, interactive=False, stdout=said, stderr=said)
    except SystemExit as end:
        if end.code:
            return [{"id": "missing-migration", "level": "warning", "text": said.getvalue().strip()}]
    except CommandError as error:
        return [{"id": "missing-migration", "level": "error", "text": str(error)}]
    return []


def sql(loader, migration):
    try:
        return "\n".join(loader.collect_sql([(migration, False)]))
    # What it asks the database about may only come with one before it, which is pending too.
    except Exception as error:
        return "-- cannot be told before those before it ran: %s" % error


tell(look(ASKED))
