"""messages"""

from alembic import op
from sqlalchemy import Column, DateTime, Integer, String, func

revision = "3a10"
down_revision = None


def upgrade():
    op.create_table(
        "messages",
        Column("id", Integer, primary_key=True),
        Column("key", String(64), nullable=False, unique=True),
        Column("sender", String(120), nullable=False),
        Column("subject", String(200), nullable=False),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )


def downgrade():
    op.drop_table("messages")
