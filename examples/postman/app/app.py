"""Mail, as far as a release of it needs to be seen: messages in a database, and whether all is well."""

from datetime import datetime, timezone
from pathlib import Path

from database import GIVEN, engine, messages
from flask import Flask, jsonify, request
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

VERSION = (Path(__file__).parent / "VERSION").read_text().strip()
TEMPLATES = ["welcome", "receipt", "reminder"]


def create_app():
    app = Flask(__name__)
    database = engine()

    @app.get("/health")
    def health():
        return jsonify(status="healthy", timestamp=datetime.now(timezone.utc).isoformat())

    @app.get("/api/version")
    def version():
        return jsonify(version=VERSION)

    @app.get("/api/templates")
    def templates():
        return jsonify(TEMPLATES)

    @app.get("/api/messages")
    def listed():
        with database.connect() as connection:
            rows = connection.execute(select(messages).order_by(messages.c.id.desc()).limit(50))
            return jsonify([{name: row._mapping[name] for name in ("id", *GIVEN)} for row in rows])

    @app.post("/api/messages")
    def write():
        given = request.get_json()
        try:
            with database.begin() as connection:
                connection.execute(insert(messages).values({name: given[name] for name in GIVEN}))
        except IntegrityError:
            return jsonify(error="There is a message of that key."), 409
        return jsonify(key=given["key"]), 201

    return app
