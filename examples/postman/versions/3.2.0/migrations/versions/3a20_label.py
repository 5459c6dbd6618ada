"""a label on each message"""

from alembic import op
from sqlalchemy import Column, String

revision = "3a20"
down_revision = "3a10"


def upgrade():
    op.add_column("messages", Column("label", String(40)))


def downgrade():
    op.drop_column("messages", "label")
