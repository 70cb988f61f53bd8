"""Every table of the first release, as the code declares it, with its CHECKs and triggers.

Until there is a release, this step grows with the code. At the release its statements are written out here,
so that it stays as it is, and what changes gets a step of its own.
"""

from alembic import op

from ivr.adapters.database.all_tables import metadata

revision = "1"
down_revision = None


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)
