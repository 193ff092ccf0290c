-- What the posting rules promise, refused by the database a second time. Checks that cost nothing per
-- row are CHECK constraints of the tables; here are those that need a statement's rows together.

-- Hot rows are rewritten with every movement: leave room so that a new version fits the same page.
ALTER TABLE balance SET (fillfactor = 50);

-- Django gives each text key a second index for LIKE, which collation "C" does not need: every row
-- written would pay for it.
DO $$
DECLARE
    needless text;
BEGIN
    FOR needless IN SELECT indexname FROM pg_indexes
        WHERE schemaname = current_schema() AND indexname LIKE '%\_like'
            AND tablename IN ('product', 'account', 'balance', 'pin_verifier', 'movement', 'hold')
    LOOP
        EXECUTE format('DROP INDEX %I', needless);
    END LOOP;
END $$;

CREATE SEQUENCE account_serial AS integer START WITH 100000001 MAXVALUE 999999999;

-- Movements and entries are facts.

CREATE FUNCTION refuse_change_of_books() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation', HINT = 'Post a reversal instead.';
END $$;

CREATE TRIGGER movement_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON movement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_books();
CREATE TRIGGER entry_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_books();
CREATE TRIGGER balance_is_kept BEFORE DELETE OR TRUNCATE ON balance
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_books();
CREATE TRIGGER hold_is_kept BEFORE DELETE OR TRUNCATE ON hold
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_books();

-- A movement's entries come in one statement, and its debits equal its credits.

CREATE FUNCTION refuse_unbalanced_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    guilty text;
BEGIN
    SELECT movement INTO guilty FROM fresh GROUP BY movement
        HAVING sum(CASE side WHEN 'credit' THEN amount ELSE -amount END) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the entries of movement % do not balance', guilty
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entries_balance';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER entries_balance AFTER INSERT ON entry REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_unbalanced_entries();

-- Money is neither made nor lost: each statement leaves the sum of a currency's balances as it was,
-- and an account begins with nothing.

CREATE FUNCTION refuse_money_from_nowhere() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    guilty text;
BEGIN
    SELECT currency INTO guilty FROM (
        SELECT currency, balance FROM after UNION ALL SELECT currency, -balance FROM before
    ) AS change GROUP BY currency HAVING sum(balance) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the balances of % do not add up to what they were', guilty
            USING ERRCODE = 'check_violation', CONSTRAINT = 'balances_conserve';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER balances_conserve AFTER UPDATE ON balance
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_money_from_nowhere();

CREATE FUNCTION refuse_money_at_birth() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'account % must begin with nothing', NEW.account
        USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_begins_with_nothing';
END $$;

CREATE TRIGGER balance_begins_with_nothing BEFORE INSERT ON balance FOR EACH ROW
    WHEN (NEW.balance <> 0 OR NEW.held <> 0 OR NEW.sequence <> 0)
    EXECUTE FUNCTION refuse_money_at_birth();

-- A hold ends once.

CREATE FUNCTION refuse_second_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'hold % has ended: it is %', OLD.id, OLD.status
        USING ERRCODE = 'check_violation', CONSTRAINT = 'hold_ends_once';
END $$;

CREATE TRIGGER hold_ends_once BEFORE UPDATE ON hold FOR EACH ROW
    WHEN (OLD.status <> 'open') EXECUTE FUNCTION refuse_second_end();
