"""senders become authors"""

from alembic import op

revision = "4a00"
down_revision = "3a20"
# The code before it cannot work beside it.
tidemark_maintenance = True


def upgrade():
    op.alter_column("messages", "sender", new_column_name="author")


def downgrade():
    op.alter_column("messages", "author", new_column_name="sender")
