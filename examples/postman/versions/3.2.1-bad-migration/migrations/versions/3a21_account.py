"""an account for each message"""

from alembic import op

revision = "3a21"
down_revision = "3a20"


def upgrade():
    """Good at first, then it refers to a table that nobody made. PostgreSQL takes both statements back."""
    op.execute("ALTER TABLE messages ADD COLUMN priority integer")
    op.execute("ALTER TABLE messages ADD COLUMN account_id bigint REFERENCES accounts (id)")


def downgrade():
    op.drop_column("messages", "account_id")
    op.drop_column("messages", "priority")
