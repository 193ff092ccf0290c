"""What the database refuses by itself, and how the hot tables are laid out."""

from django.db import migrations

DECISIONS_ARE_FACTS = """
CREATE FUNCTION refuse_change_of_fact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: what was decided is not changed afterwards', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER decision_is_append_only BEFORE UPDATE OR DELETE ON decision
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_fact();
CREATE TRIGGER rule_change_is_append_only BEFORE UPDATE OR DELETE ON rule_change
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_fact();
CREATE TRIGGER rule_version_is_kept BEFORE DELETE ON rule_version
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_fact();
CREATE TRIGGER rule_version_says_the_same_for_ever BEFORE UPDATE ON rule_version FOR EACH ROW
    WHEN ((OLD.rule, OLD.version, OLD.outcome, OLD.definition::text, OLD.message, OLD.explanation, OLD.created_by)
        IS DISTINCT FROM
        (NEW.rule, NEW.version, NEW.outcome, NEW.definition::text, NEW.message, NEW.explanation, NEW.created_by))
    EXECUTE FUNCTION refuse_change_of_fact();
CREATE TRIGGER resolved_case_is_over BEFORE UPDATE OR DELETE ON fraud_case
    FOR EACH ROW WHEN (OLD.status = 'resolved') EXECUTE FUNCTION refuse_change_of_fact();
"""

ROOM_TO_REWRITE = "ALTER TABLE payer_history SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05)"
"""Every batch rewrites its payers' rows; with half-filled pages a new version fits beside the old one
(HOT), and no index is touched."""

NOBODY_SEARCHES_IDS_BY_PATTERN = "DROP INDEX decision_id_b2929e7b_like, payment_outcome_payment_6812c8c4_like"
"""Django indexes a text key a second time for LIKE; on the hot tables that is paid for with every row."""


class Migration(migrations.Migration):
    """Triggers, room for histories to be rewritten in place, two indexes fewer."""

    dependencies = [("fraud", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql=DECISIONS_ARE_FACTS, reverse_sql="DROP FUNCTION refuse_change_of_fact CASCADE"
        ),
        migrations.RunSQL(sql=ROOM_TO_REWRITE, reverse_sql=migrations.RunSQL.noop),
        migrations.RunSQL(sql=NOBODY_SEARCHES_IDS_BY_PATTERN, reverse_sql=migrations.RunSQL.noop),
    ]
