"""What the database refuses about orders by itself, and how their table is laid out."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

ORDERS_ARE_KEPT = """
CREATE FUNCTION refuse_order_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'payment order: %', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER payment_order_final BEFORE UPDATE ON payment_order FOR EACH ROW
    WHEN (OLD.state IN ('completed', 'declined', 'cancelled') AND NEW.state <> OLD.state)
    EXECUTE FUNCTION refuse_order_change('a final state is final');
CREATE TRIGGER payment_order_intention BEFORE UPDATE ON payment_order FOR EACH ROW
    WHEN ((OLD.principal, OLD.route, OLD.key, OLD.body_hash, OLD.kind, OLD.amount, OLD.currency,
           OLD.payer_account, OLD.payee_account, OLD.initiator, OLD.pin_version, OLD.refund_of, OLD.created_at)
        IS DISTINCT FROM
          (NEW.principal, NEW.route, NEW.key, NEW.body_hash, NEW.kind, NEW.amount, NEW.currency,
           NEW.payer_account, NEW.payee_account, NEW.initiator, NEW.pin_version, NEW.refund_of, NEW.created_at))
    EXECUTE FUNCTION refuse_order_change('who pays whom, how much and under which key never change');
CREATE TRIGGER payment_order_kept BEFORE DELETE ON payment_order FOR EACH ROW
    EXECUTE FUNCTION refuse_order_change('orders are kept');
CREATE TRIGGER payment_order_all_kept BEFORE TRUNCATE ON payment_order
    EXECUTE FUNCTION refuse_order_change('orders are kept');
"""
NOBODY_SEARCHES_IDS_BY_PATTERN = "DROP INDEX payment_order_id_e1c740f7_like"
ROOM_FOR_THE_FINAL_STATE = "ALTER TABLE payment_order SET (fillfactor = 70)"


class Migration(migrations.Migration):
    """Triggers, one index fewer, room for an order's second version on its own page."""

    dependencies: ClassVar = [("payment", "0001_initial")]

    operations: ClassVar = [
        migrations.RunSQL(sql=ORDERS_ARE_KEPT, reverse_sql="DROP FUNCTION refuse_order_change CASCADE"),
        migrations.RunSQL(sql=NOBODY_SEARCHES_IDS_BY_PATTERN, reverse_sql=migrations.RunSQL.noop),
        migrations.RunSQL(sql=ROOM_FOR_THE_FINAL_STATE, reverse_sql=migrations.RunSQL.noop),
    ]
