"""Triggers that refuse to change or take away what was published.

They stop slips, such as a query typed at the database, not whoever owns it: for that the hash of
each file is in the trail.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

_PUBLISHED = "SELECT 1 FROM reports_publication p WHERE p.published_at IS NOT NULL AND p."
# Each table, and when a row of it belongs to something published.
_GUARDED = {
    "reports_publication": "OLD.published_at IS NOT NULL",
    "reports_publishedfile": f"EXISTS ({_PUBLISHED}report_id = OLD.report_id)",
    "reports_reportword": f"EXISTS ({_PUBLISHED}report_id = OLD.report_id)",
    "reports_reportversion": f"EXISTS ({_PUBLISHED}report_id = OLD.id)",
    "reports_reportfigure": f"EXISTS ({_PUBLISHED}report_id = OLD.report_id)",
}
_SAID = "A published report never changes."


def put_up_guards(connection: BaseDatabaseWrapper) -> None:
    """Put up every trigger."""
    with connection.cursor() as cursor:
        for table, holds in _GUARDED.items():
            for statement in _triggers(connection.vendor, table, holds):
                cursor.execute(statement)


def _triggers(vendor: str, table: str, holds: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f"""CREATE OR REPLACE FUNCTION {table}_stands() RETURNS trigger AS $$
                BEGIN
                  IF {holds} THEN RAISE EXCEPTION '{_SAID}'; END IF;
                  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                  RETURN NEW;
                END $$ LANGUAGE plpgsql""",
            f"""CREATE TRIGGER {table}_stands BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION {table}_stands()""",
        ]
    return [
        f"CREATE TRIGGER {table}_stands_{verb.lower()} BEFORE {verb} ON {table} WHEN {holds} "
        f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def drop_guards(connection: BaseDatabaseWrapper) -> None:
    """For undoing the migration, and for tests that empty the tables."""
    with connection.cursor() as cursor:
        for table in _GUARDED:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_stands ON {table}")
                continue
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_stands_{verb}")
