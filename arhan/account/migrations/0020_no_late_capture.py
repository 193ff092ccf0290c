"""An expired hold cannot be captured, swept or not: the database refuses what the rules refuse."""

from django.db import migrations

SQL = """
CREATE FUNCTION refuse_late_capture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM hold WHERE id = NEW.hold AND expires_at <= NEW.posted_at) THEN
        RAISE EXCEPTION 'hold % had expired when it was captured', NEW.hold
            USING ERRCODE = 'check_violation', CONSTRAINT = 'capture_in_time';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER capture_in_time BEFORE INSERT ON movement FOR EACH ROW
    WHEN (NEW.hold IS NOT NULL AND NEW.kind NOT IN ('hold', 'release'))
    EXECUTE FUNCTION refuse_late_capture();
"""


class Migration(migrations.Migration):
    dependencies = [("account", "0019_outflow")]

    operations = [
        migrations.RunSQL(
            SQL, "DROP TRIGGER capture_in_time ON movement; DROP FUNCTION refuse_late_capture"
        )
    ]
