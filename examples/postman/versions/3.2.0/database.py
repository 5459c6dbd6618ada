import os

from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, create_engine, func

metadata = MetaData()

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("sender", String(120), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("label", String(40)),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

# What whoever writes a message says; the rest is the database's.
GIVEN = ("key", "sender", "subject")


def engine():
    """SQLAlchemy knows the scheme by its long name alone."""
    return create_engine(os.environ["DATABASE_URL"].replace("postgres://", "postgresql://", 1), pool_pre_ping=True)
