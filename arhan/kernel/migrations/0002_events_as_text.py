from django.db import migrations, models

TO_TEXT = """
DROP TRIGGER outbox_is_append_only ON outbox;
ALTER TABLE outbox ALTER COLUMN data TYPE text USING data::text;
CREATE TRIGGER outbox_is_append_only BEFORE UPDATE ON outbox FOR EACH ROW
    WHEN (OLD.position IS NOT NULL OR OLD.data IS DISTINCT FROM NEW.data)
    EXECUTE FUNCTION refuse_outbox_change();
"""


class Migration(migrations.Migration):
    """Events as the text they were written as.

    Nobody asks the database what is inside an event, and parsing each into jsonb cost 4 of the 13
    microseconds an event takes.
    """

    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.RunSQL(
            TO_TEXT,
            migrations.RunSQL.noop,
            state_operations=[
                migrations.AlterField("outboxevent", "data", models.TextField()),
            ],
        )
    ]
