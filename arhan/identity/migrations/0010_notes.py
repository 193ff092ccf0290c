import django.db.models.deletion
from django.db import migrations, models

NOTES_STAY = """
CREATE FUNCTION refuse_change_of_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'note is append-only: what was written is not changed afterwards'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER note_is_append_only BEFORE UPDATE OR DELETE ON note
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_note();
"""


class Migration(migrations.Migration):
    """What staff write about people for each other."""

    dependencies = [("identity", "0009_service_secrets")]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.TextField(db_collation="C", primary_key=True, serialize=False)),
                ("sealed", models.BinaryField()),
                ("written_by", models.TextField(db_collation="C")),
                ("written_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.person",
                    ),
                ),
            ],
            options={
                "db_table": "note",
                "indexes": [models.Index(fields=["person", "-id"], name="note_of_person")],
            },
        ),
        migrations.RunSQL(sql=NOTES_STAY, reverse_sql="DROP FUNCTION refuse_change_of_note CASCADE"),
    ]
