from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parents[1] / "sql" / "books_protect_themselves.sql"


class Migration(migrations.Migration):
    """Triggers that refuse what the rules refuse, and the sequence of account numbers."""

    dependencies = [("account", "0001_initial")]

    operations = [migrations.RunSQL(SQL.read_text(), migrations.RunSQL.noop)]
