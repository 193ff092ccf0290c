from django.db import migrations

WRITTEN_ONCE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the books are written once: % on % is refused', lower(TG_OP), TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_line
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON tile
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON seal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

# Looks at the rows of a whole statement at once, through indexes only: the planner knows nothing of
# tables that were empty when the plan was made.
BY_INDEX = "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"

ENTRIES_FOLLOW = f"""
CREATE FUNCTION check_journal_entries() RETURNS trigger LANGUAGE plpgsql {BY_INDEX} AS $$
DECLARE
    lowest bigint; highest bigint; many bigint; before bigint;
BEGIN
    SELECT min(number), max(number), count(*) INTO lowest, highest, many FROM fresh;
    SELECT coalesce(max(number), 0) INTO before FROM journal_entry WHERE number < lowest;
    IF many > 0 AND (lowest <> before + 1 OR highest <> before + many) THEN
        RAISE EXCEPTION 'journal entries % to % do not follow entry %', lowest, highest, before
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER entries_follow AFTER INSERT ON journal_entry REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION check_journal_entries();
"""

ENTRY_HAS_LINES = """
CREATE FUNCTION check_journal_entry_has_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM journal_line WHERE entry = NEW.number) THEN
        RAISE EXCEPTION 'journal entry % has no lines', NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_has_lines AFTER INSERT ON journal_entry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION check_journal_entry_has_lines();
"""

LINES_BALANCE = f"""
CREATE FUNCTION check_journal_lines() RETURNS trigger LANGUAGE plpgsql {BY_INDEX} AS $$
DECLARE
    wrong record;
BEGIN
    SELECT f.entry INTO wrong
    FROM (SELECT entry, count(*) AS many, sum(CASE side WHEN 'debit' THEN amount ELSE -amount END) AS rest
          FROM fresh GROUP BY entry) AS f
    WHERE f.rest <> 0 OR f.many < 2
       OR NOT EXISTS (SELECT FROM journal_entry e WHERE e.number = f.entry)
       OR f.many <> (SELECT count(*) FROM journal_line l WHERE l.entry = f.entry)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the lines of journal entry % are not whole and balanced', wrong.entry
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT f.account, f.sequence INTO wrong
    FROM fresh f LEFT JOIN journal_line p ON p.account = f.account AND p.sequence = f.sequence - 1
    WHERE (p.account IS NULL AND f.sequence > 1)
       OR f.balance_after <> coalesce(p.balance_after, 0) + CASE f.side WHEN 'credit' THEN f.amount ELSE -f.amount END
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'line % of account % does not follow from the one before it', wrong.sequence, wrong.account
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER lines_balance AFTER INSERT ON journal_line REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION check_journal_lines();
"""

DROP = """
DROP FUNCTION refuse_change, check_journal_entries, check_journal_entry_has_lines, check_journal_lines CASCADE
"""


class Migration(migrations.Migration):
    """What the consumer must never do, the database refuses: change, gaps, imbalance, broken chains."""

    dependencies = [("ledger", "0001_initial"), ("kernel", "0001_initial")]

    operations = [
        migrations.RunSQL(WRITTEN_ONCE + ENTRIES_FOLLOW + ENTRY_HAS_LINES + LINES_BALANCE, DROP),
    ]
