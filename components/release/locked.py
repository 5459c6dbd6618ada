"""locked WHAT SECONDS -- COMMAND...: runs COMMAND while nobody else does so on the same database.

The database is the one in TIDEMARK_DATABASE_URL, which the command itself is not given. A lock lives as long as its
connection, so it never outlives whoever holds it. SECONDS is how long another one is waited for.
"""

import os
import signal
import subprocess
import sys
import time

# "tidemark", as the number that PostgreSQL wants.
KEY = int.from_bytes(b"tidemark", "big")

HOLDER = """
SELECT activity.application_name, activity.usename,
  to_char(activity.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
FROM pg_locks AS held JOIN pg_stat_activity AS activity USING (pid)
WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 1
  AND held.classid = %s::bigint::oid AND held.objid = %s::bigint::oid
  AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def say(text):
    print("tidemark: %s" % text, file=sys.stderr, flush=True)


def driver():
    for name in ("psycopg", "psycopg2"):
        try:
            return __import__(name)
        except ImportError:
            pass
    return None


def lock(url, what, seconds):
    """The connection that holds the lock; nothing where it cannot be held."""
    psycopg = driver()
    if psycopg is None:
        say("here is neither psycopg nor psycopg2, so nothing keeps a second migration from running beside this one")
        return None
    # The limits in it are meant for the migrations, not for who waits for their turn.
    limits = os.environ.pop("PGOPTIONS", None)
    try:
        connection = psycopg.connect(url, application_name="tidemark %s" % what)
    except psycopg.Error as error:
        sys.exit("tidemark: the database cannot be locked, so nothing was done: %s" % str(error).strip())
    if limits is not None:
        os.environ["PGOPTIONS"] = limits
    connection.autocommit = True
    cursor = connection.cursor()
    end, told = time.monotonic() + seconds, None
    while True:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", (KEY,))
        if cursor.fetchone()[0]:
            return connection
        cursor.execute(HOLDER, (KEY >> 32, KEY & 0xFFFFFFFF))
        holder = named(cursor.fetchone())
        if time.monotonic() > end:
            sys.exit("tidemark: %s still has this database after %d s, so nothing was done" % (holder, seconds))
        if holder != told:
            say("waits at most %d s, for another one migrates this database: %s" % (seconds, holder))
            told = holder
        time.sleep(0.5)


def named(holder):
    if holder is None:
        return "somebody who is gone by now"
    name, user, since = holder
    # When another role's session began, PostgreSQL tells only a few.
    return "%s (%s)" % (name or "somebody", user if since is None else "%s, since %s" % (user, since))


def run(command):
    try:
        child = subprocess.Popen(command)
    except OSError as error:
        say("%s: %s" % (command[0], error.strerror))
        return 127 if isinstance(error, FileNotFoundError) else 126
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: child.send_signal(number))
    code = child.wait()
    if code != 0:
        # What it was at stands on a line without an end, and Docker may never tell of such a line.
        print(flush=True)
    return 128 - code if code < 0 else code


def main(what, seconds, dashes, *command):
    url = os.environ.pop("TIDEMARK_DATABASE_URL", "")
    held = lock(url, what, int(seconds)) if url else None
    try:
        return run(command)
    finally:
        if held is not None:
            held.close()


sys.exit(main(*sys.argv[1:]))
