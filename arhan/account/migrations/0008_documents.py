from django.db import migrations, models

SQL = """
CREATE TRIGGER document_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON document
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_books();

-- As for the other tables: collation "C" does not need a second index for LIKE.
DO $$
DECLARE
    needless text;
BEGIN
    FOR needless IN SELECT indexname FROM pg_indexes
        WHERE schemaname = current_schema() AND indexname LIKE '%\\_like' AND tablename = 'document'
    LOOP
        EXECUTE format('DROP INDEX %I', needless);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    """Documents handed in with a loan or a ticket."""

    dependencies = [("account", "0007_close_of_business")]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.TextField(db_collation="C", primary_key=True, serialize=False)),
                ("about", models.TextField(db_collation="C")),
                ("kind", models.TextField(db_collation="C")),
                ("media_type", models.TextField(db_collation="C")),
                ("size", models.IntegerField()),
                ("digest", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("uploaded_by", models.TextField(db_collation="C")),
                ("uploaded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "document",
                "indexes": [models.Index(fields=["about", "id"], name="document_about")],
            },
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
