"""What a version changed, what it brings back, and the job that planned it: the page's history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Go forward."""
    op.add_column("scenario_versions", sa.Column("what", sa.Text(), nullable=True))
    op.add_column("scenario_versions", sa.Column("restores", sa.Integer(), nullable=True))
    op.add_column("scenario_versions", sa.Column("job", sa.String(length=32), nullable=True))
