"""The scenarios every kind of books must live through: stories, and each refusal's own row."""

from __future__ import annotations

STORIES = {
    "what a card does not use counts no longer": """
        alice has NGN 10.00, bob has NGN 0.00
        card visa alice amount=5.00
        swipe visa alice bob 4.00 h1                        posted
        used visa 4.00 1
        release h1 r1                                       posted
        used visa 0.00 0
        swipe visa alice bob 5.00 h2                        posted
        capture h2 2.00 to bob c2                           posted
        used visa 2.00 1
        swipe visa alice bob 3.00 h3                        posted
        wait 60s
        expire h3 r3                                        posted
        used visa 2.00 1
        swipe visa alice bob 3.01 h4                        card_amount_limit
    """,
    "a last capture may exceed its hold by what was agreed, if it is there": """
        alice has NGN 10.00, bob has NGN 0.00
        hold alice 5.00 for 60s h1                          posted
        capture h1 6.01 to bob c1 over 1.00                 capture_exceeds_hold
        capture h1 6.00 to bob c2 partly over 1.00          capture_exceeds_hold
        hold alice 4.50 for 60s h2                          posted
        capture h1 6.00 to bob c3 over 1.00                 insufficient_funds
        release h2 r2                                       posted
        capture h1 6.00 to bob c4 over 1.00                 posted
        balances alice 4.00 bob 6.00
        held alice 0.00
    """,
    "a card locked to a merchant stays so though nothing was captured": """
        alice has NGN 10.00, bob has NGN 0.00, carol has NGN 0.00
        card visa alice variant=merchant_locked
        swipe visa alice bob 1.00 h1                        posted
        release h1 r1                                       posted
        swipe visa alice carol 1.00 h2                      merchant_not_allowed
        swipe visa alice bob 1.00 h3                        posted
    """,
    "a card's PIN must still be the one that was proved": """
        alice has NGN 10.00, bob has NGN 0.00
        card visa alice
        swipe visa alice bob 1.00 h1 pin=1                  pin_changed
        swipe visa alice bob 1.00 h1 pin=0                  posted
    """,
    "a repeat gets the same answer": """
        alice has NGN 100.00, bob has NGN 0.00
        transfer alice bob 30.00  k1   posted
        transfer alice bob 30.00  k1   posted                 # a repeat gets the same answer
        transfer alice bob 31.00  k1   id_used_for_other_movement
        transfer alice bob 80.00  k2   insufficient_funds
        balances  alice 70.00  bob 30.00
    """,
    "to the last kobo and no further": """
        alice has NGN 100.00, bob has NGN 0.00
        transfer alice bob 100.00  k1  posted
        transfer alice bob 0.01    k2  insufficient_funds
        transfer bob alice 0.01    k3  posted
        transfer alice bob 0.01    k2  posted                 # the refused id was never used up
        balances  alice 0.00  bob 100.00  bank_cash_ngn -100.00
    """,
    "a fee beside the payment": """
        alice has NGN 100.00, bob has NGN 0.00, fees has NGN 0.00
        movement k1  debit alice 52.50  credit bob 50.00  credit fees 2.50   posted
        movement k2  debit alice 40.00  debit alice 2.50  credit bob 40.00  credit fees 2.50   posted
        movement k3  debit alice 5.00  debit alice 0.01  credit bob 5.01   insufficient_funds
        balances  alice 5.00  bob 90.00  fees 5.00
    """,
    "a hold reserves until it is captured": """
        alice has NGN 100.00, bob has NGN 0.00
        hold alice 60.00 for 3600s  h1  posted
        hold alice 60.00 for 3600s  h1  posted                # a repeat reserves nothing more
        hold alice 60.00 for 7200s  h1  id_used_for_other_movement
        held alice 60.00
        transfer alice bob 40.01    k1  insufficient_funds
        transfer alice bob 40.00    k1  posted
        hold alice 0.01 for 60s     h2  insufficient_funds
        capture h1 60.00 to bob     c1  posted
        capture h1 60.00 to bob     c1  posted
        held alice 0.00
        balances  alice 0.00  bob 100.00
    """,
    "a capture in part releases the rest": """
        alice has NGN 100.00, bob has NGN 0.00
        hold alice 60.00 for 3600s  h1  posted
        capture h1 45.00 to bob     c1  posted
        capture h1 15.00 to bob     c2  hold_already_captured
        held alice 0.00
        balances  alice 55.00  bob 45.00
    """,
    "several captures of one hold": """
        alice has NGN 100.00, bob has NGN 0.00
        hold alice 60.00 for 3600s        h1  posted
        capture h1 25.00 to bob c1 partly     posted
        held alice 35.00
        capture h1 35.01 to bob c2 partly     capture_exceeds_hold
        capture h1 25.00 to bob c2 partly     posted          # the same amount again is another capture
        capture h1 25.00 to bob c1 partly     posted          # this is not: it repeats the first
        held alice 10.00
        release h1                        r1  posted
        held alice 0.00
        balances  alice 50.00  bob 50.00
        hold alice 50.00 for 3600s        h2  posted
        capture h2 50.00 to bob c3 partly     posted          # nothing remains: it has ended
        release h2                        r2  hold_already_captured
    """,
    "a hold that is let go": """
        alice has NGN 100.00, bob has NGN 0.00
        hold alice 60.00 for 3600s  h1  posted
        release h1                  r1  posted
        release h1                  r1  posted
        release h1                  r2  hold_already_released
        capture h1 1.00 to bob      c1  hold_already_released
        held alice 0.00
        transfer alice bob 100.00   k1  posted
    """,
    "an expired hold is over, swept or not": """
        alice has NGN 100.00, bob has NGN 0.00
        hold alice 60.00 for 60s    h1  posted
        expire h1                   r1  hold_not_expired
        wait 59.999999s
        expire h1                   r1  hold_not_expired
        wait 0.000001s
        capture h1 60.00 to bob     c1  hold_expired
        release h1                  r2  hold_expired
        held alice 60.00
        expire h1                   r1  posted
        expire h1                   r1  posted
        held alice 0.00
        capture h1 60.00 to bob     c1  hold_expired
        expire h1                   r3  hold_expired
        transfer alice bob 100.00   k1  posted
    """,
    "a reversal is the mirror image, once": """
        alice has NGN 100.00, bob has NGN 0.00
        transfer alice bob 30.00  k1  posted
        reverse k1                r1  posted
        reverse k1                r1  posted
        reverse k1                r2  already_reversed
        balances  alice 100.00  bob 0.00
        transfer alice bob 50.00  k2  posted
        transfer bob alice 50.00  k3  posted
        reverse k2                r3  insufficient_funds      # bob has spent it
        balances  alice 100.00  bob 0.00
    """,
    "frozen accounts keep what they have, and their promises": """
        alice has NGN 100.00, bob has NGN 10.00
        hold alice 30.00 for 3600s  h1  posted
        freeze alice
        transfer alice bob 1.00     k1  account_frozen
        transfer bob alice 1.00     k2  posted
        hold alice 1.00 for 60s     h2  account_frozen
        capture h1 30.01 to bob c0 over 1.00  account_frozen  # what goes beyond it was not
        capture h1 30.00 to bob     c1  posted                # reserved before the freeze
        unfreeze alice
        transfer alice bob 1.00     k1  posted
        freeze-both bob
        transfer alice bob 1.00     k3  account_frozen
        balances  alice 70.00  bob 40.00
    """,
    "frozen for what comes in, money may still leave": """
        alice has NGN 100.00, bob has NGN 10.00
        freeze-credit alice
        transfer bob alice 1.00     k1  account_frozen
        transfer alice bob 1.00     k2  posted
        unfreeze alice
        transfer bob alice 1.00     k1  posted
    """,
    "a limit for each payment, a day, a month": """
        alice has NGN 100.00, bob has NGN 50.00
        limit alice payment 20.00
        limit alice day 30.00
        limit alice month 45.00
        transfer alice bob 20.01    k1  limit_payment
        transfer alice bob 20.00    k2  posted
        transfer alice bob 10.01    k3  limit_day
        transfer alice bob 10.00    k3  posted                # the refused id was never used up
        transfer alice bob 10.00    k3  posted                # a repeat is answered, not counted
        transfer alice bob 0.01     k4  limit_day
        spent alice 30.00
        wait 86400s
        transfer alice bob 15.01    k5  limit_month
        transfer alice bob 15.00    k5  posted
        spent alice 15.00
        spent-in-month alice 45.00
        wait 2592000s                                         # thirty days on it is April
        transfer alice bob 20.00    k6  posted
        spent-in-month alice 20.00
        transfer bob alice 60.00    k7  posted                # what comes in is nobody's spending
    """,
    "the strictest of several limits counts": """
        alice has NGN 60000.00, bob has NGN 0.00
        tier alice 1
        transfer alice bob 50000.01 k1  limit_day             # the law: 50,000 a day in tier 1
        limit alice day 100.00
        transfer alice bob 100.01   k1  limit_day
        transfer alice bob 100.00   k1  posted
    """,
    "what the law allows a customer is allowed once, over all accounts": """
        alice has NGN 60000.00, savings has NGN 60000.00, bob has NGN 0.00
        together ada alice savings
        tier alice 1
        tier savings 1
        transfer alice bob 30000.00   k1  posted
        transfer savings bob 20000.01 k2  limit_day
        transfer savings bob 15000.00 k3  posted
        hold alice 5000.01 for 60s    h1  limit_day
        hold alice 5000.00 for 60s    h1  posted
        paid-by ada 50000.00
        transfer savings bob 0.01     k4  limit_day
        capture h1 2000.00 to bob     c1  posted
        paid-by ada 47000.00
        transfer savings bob 3000.01  k5  limit_day
        hold savings 3000.00 for 60s  h2  posted
        wait 60s
        expire h2                     r2  posted
        transfer savings bob 3000.00  k6  posted
        wait 86400s
        transfer alice bob 4000.00    k7  posted               # another business day
        paid-by ada 4000.00
    """,
    "between a customer's own accounts nothing leaves them": """
        alice has NGN 90000.00, savings has NGN 0.00, bob has NGN 0.00
        together ada alice savings
        tier alice 1
        transfer alice savings 60000.00 k1  posted
        paid-by ada 0.00
        transfer alice bob 10000.00     k2  posted
        paid-by ada 10000.00
        limit alice day 70000.01
        transfer alice savings 0.02     k3  limit_day          # her own limit is this account's
    """,
    "an account's own limit counts that account alone": """
        alice has NGN 100.00, savings has NGN 100.00, bob has NGN 0.00
        together ada alice savings
        limit alice day 10.00
        transfer alice bob 10.00   k1  posted
        transfer savings bob 90.00 k2  posted
        transfer alice bob 0.01    k3  limit_day
        paid-by ada 100.00
    """,
    "what gives back or charges is not spending": """
        alice has NGN 100.00, bob has NGN 0.00
        limit alice day 10.00
        transfer alice bob 50.00 k1 refund    posted
        spent alice 0.00
        transfer alice bob 10.00 k2           posted
        reverse k2                r2          posted
    """,
    "a hold counts when it is placed, and gives back what is not captured": """
        alice has NGN 100.00, bob has NGN 0.00
        limit alice day 50.00
        hold alice 50.01 for 86400s  h1  limit_day
        hold alice 40.00 for 86400s  h1  posted
        spent alice 40.00
        transfer alice bob 10.01     k1  limit_day
        capture h1 25.00 to bob      c1  posted
        spent alice 25.00
        hold alice 25.00 for 172800s h2  posted
        release h2                   r2  posted
        spent alice 25.00
        hold alice 25.00 for 172800s h3  posted
        wait 86400s
        release h3                   r3  posted               # yesterday's limit: today's gains nothing
        spent alice 0.00
        spent-in-month alice 25.00
    """,
    "what is captured today counted yesterday": """
        alice has NGN 100.00, bob has NGN 0.00
        limit alice day 50.00
        hold alice 50.00 for 172800s  h1  posted
        wait 86400s
        transfer alice bob 50.00      k1  posted
        capture h1 50.00 to bob       c1  posted
        spent alice 50.00
    """,
    "a PIN proved before it was changed counts no more": """
        alice has NGN 100.00, bob has NGN 0.00
        transfer alice bob 1.00 k1 pin 1   posted
        new-pin alice
        transfer alice bob 1.00 k2 pin 1   pin_changed
        transfer alice bob 1.00 k1 pin 1   posted             # a repeat needs no proof
        transfer alice bob 1.00 k2 pin 2   posted
        hold alice 1.00 for 60s h1 pin 1   pin_changed
        hold alice 1.00 for 60s h1 pin 2   posted
    """,
}

REFUSALS = {
    "card_not_found": """
        alice has NGN 5.00, bob has NGN 0.00
        card visa bob
        swipe visa alice bob 1.00 h1                        card_not_found
    """,
    "card_lost": """
        alice has NGN 5.00, bob has NGN 0.00
        card visa alice state=closed reason=lost
        swipe visa alice bob 1.00 h1                        card_lost
    """,
    "card_stolen": """
        alice has NGN 5.00, bob has NGN 0.00
        card visa alice state=closed reason=stolen
        swipe visa alice bob 1.00 h1                        card_stolen
    """,
    "card_closed": """
        alice has NGN 5.00, bob has NGN 0.00
        card visa alice state=closed reason=damaged
        swipe visa alice bob 1.00 h1                        card_closed
    """,
    "card_frozen": """
        alice has NGN 5.00, bob has NGN 0.00
        card visa alice state=frozen
        swipe visa alice bob 1.00 h1                        card_frozen
    """,
    "card_not_active": """
        alice has NGN 5.00, bob has NGN 0.00
        card visa alice state=pending_activation
        swipe visa alice bob 1.00 h1                        card_not_active
    """,
    "card_expired": """
        alice has NGN 5.00, bob has NGN 0.00
        card visa alice expires=2026-03-01
        swipe visa alice bob 1.00 h1                        card_expired
    """,
    "online_payments_off": """
        alice has NGN 5.00, bob has NGN 0.00
        card visa alice online=no
        swipe visa alice bob 1.00 h1                        online_payments_off
    """,
    "channel_not_allowed": """
        alice has NGN 5.00, bob has NGN 0.00
        card visa alice channels=pos+atm
        swipe visa alice bob 1.00 h1                        channel_not_allowed
    """,
    "country_not_allowed": """
        alice has NGN 5.00, bob has NGN 0.00
        card visa alice countries_blocked=US
        swipe visa alice bob 1.00 h1 country=US             country_not_allowed
    """,
    "mcc_not_allowed": """
        alice has NGN 5.00, bob has NGN 0.00
        card visa alice mccs_blocked=7995
        swipe visa alice bob 1.00 h1 mcc=7995               mcc_not_allowed
    """,
    "merchant_not_allowed": """
        alice has NGN 5.00, bob has NGN 0.00
        card visa alice merchants_blocked=bob
        swipe visa alice bob 1.00 h1                        merchant_not_allowed
    """,
    "card_used_up": """
        alice has NGN 5.00, bob has NGN 0.00
        card visa alice variant=single_use
        swipe visa alice bob 1.00 h1                        posted
        swipe visa alice bob 1.00 h2                        card_used_up
    """,
    "card_amount_limit": """
        alice has NGN 5.00, bob has NGN 0.00
        card visa alice amount=3.00
        swipe visa alice bob 2.00 h1                        posted
        swipe visa alice bob 1.01 h2                        card_amount_limit
    """,
    "card_count_limit": """
        alice has NGN 5.00, bob has NGN 0.00
        card visa alice count=1
        swipe visa alice bob 1.00 h1                        posted
        swipe visa alice bob 1.00 h2                        card_count_limit
    """,
    "limit_payment": """
        alice has NGN 5.00, bob has NGN 0.00
        limit alice payment 1.00
        transfer alice bob 1.00 k1                          posted
        hold alice 1.01 for 60s h1                          limit_payment
        transfer alice bob 1.01 k2                          limit_payment
    """,
    "limit_day": """
        alice has NGN 5.00, bob has NGN 0.00
        limit alice day 0.00
        transfer alice bob 0.01 k1                          limit_day
    """,
    "limit_month": """
        alice has NGN 5.00, bob has NGN 0.00
        limit alice month 2.00
        transfer alice bob 2.00 k1                          posted
        transfer alice bob 0.01 k2                          limit_month
    """,
    "limit_deposit": """
        alice has NGN 200000.00, bob has NGN 0.00
        tier bob 1
        transfer alice bob 50000.00 k1                      posted
        transfer alice bob 50000.01 k2 refund               posted
        transfer alice bob 50000.01 k3 deposit              limit_deposit
        transfer alice bob 50000.01 k3                      limit_deposit
    """,
    "limit_balance": """
        alice has NGN 500000.00, bob has NGN 0.00
        tier bob 1
        transfer alice bob 290000.00 k1 refund              posted
        transfer alice bob 10000.00 k2                      posted
        transfer alice bob 0.01 k3                          limit_balance
    """,
    "kind_unknown": """
        alice has NGN 5.00, bob has NGN 0.00
        transfer alice bob 1.00 k1 gift   kind_unknown
    """,
    "amount_out_of_range": """
        alice has NGN 5.00, bob has NGN 0.00
        transfer alice bob 0.00 k1                          amount_out_of_range
        transfer alice bob -1.00 k1                         amount_out_of_range
        transfer alice bob 10000000000000.01 k1             amount_out_of_range
        transfer alice bob 99999999999999999999999.00 k1    amount_out_of_range
        hold alice 0.00 for 60s h1                          amount_out_of_range
        hold alice -0.01 for 60s h1                         amount_out_of_range
        capture h9 0.00 to bob c1                           amount_out_of_range
    """,
    "unbalanced_movement": """
        alice has NGN 5.00, bob has NGN 0.00
        movement k1  debit alice 1.00  credit bob 1.01      unbalanced_movement
        movement k1  debit alice 1.00                       unbalanced_movement
        movement k1                                         unbalanced_movement
    """,
    "same_account": """
        alice has NGN 5.00, bob has NGN 0.00
        transfer alice alice 1.00 k1                        same_account
        movement k1  debit alice 2.00  credit alice 1.00  credit bob 1.00   same_account
    """,
    "hold_term_out_of_range": """
        alice has NGN 5.00
        hold alice 1.00 for 2678401s h1                     hold_term_out_of_range
        hold alice 1.00 for 0s h1                           hold_term_out_of_range
    """,
    "id_used_for_other_movement": """
        alice has NGN 5.00, bob has NGN 0.00
        transfer alice bob 1.00 k1                          posted
        hold alice 1.00 for 60s k1                          id_used_for_other_movement
        transfer bob alice 1.00 k1                          id_used_for_other_movement
    """,
    "command_expired": """
        alice has NGN 5.00, bob has NGN 0.00
        transfer alice bob 1.00 k1                          posted
        transfer alice bob 1.00 k1 late                     posted    # a repeat is never too late
        transfer alice bob 1.00 k2 late                     command_expired
    """,
    "movement_not_found": """
        alice has NGN 5.00, bob has NGN 0.00
        reverse nothing r1                                  movement_not_found
    """,
    "already_reversed": """
        alice has NGN 5.00, bob has NGN 0.00
        transfer alice bob 1.00 k1                          posted
        reverse k1 r1                                       posted
        reverse k1 r2                                       already_reversed
    """,
    "reversal_differs": """
        alice has NGN 5.00, bob has NGN 0.00
        transfer alice bob 1.00 k1                          posted
        hold alice 1.00 for 60s h1                          posted
        reverse h1 r1                                       reversal_differs
        reverse k1 r1 0.99                                  reversal_differs
    """,
    "hold_not_found": """
        alice has NGN 5.00, bob has NGN 0.00
        capture h1 1.00 to bob c1                           hold_not_found
        expire h1 r1                                        hold_not_found
        release h1 r1                                       hold_not_found
    """,
    "account_not_found": """
        alice has NGN 5.00, bob has NGN 0.00
        transfer alice nobody 1.00 k1                       account_not_found
        hold nobody 1.00 for 60s h1                         account_not_found
        transfer nobody bob 1.00 k1                         account_not_found
    """,
    "currency_mismatch": """
        alice has NGN 5.00, dora has USD 0.00
        transfer alice dora 1.00 k1 USD                     currency_mismatch
        transfer alice dora 1.00 k1                         currency_mismatch
    """,
    "account_closed": """
        alice has NGN 5.00, bob has NGN 0.00
        close bob
        transfer bob alice 1.00 k1                          account_closed
        transfer alice bob 1.00 k1                          account_closed
    """,
    "account_frozen": """
        alice has NGN 5.00, bob has NGN 0.00
        freeze alice
        transfer alice bob 1.00 k1                          account_frozen
    """,
    "pin_changed": """
        alice has NGN 5.00, bob has NGN 0.00
        transfer alice bob 1.00 k1 pin 0                    pin_changed
    """,
    "hold_already_captured": """
        alice has NGN 5.00, bob has NGN 0.00
        hold alice 2.00 for 60s h1                          posted
        capture h1 1.00 to bob c1                           posted
        release h1 r1                                       hold_already_captured
        capture h1 1.00 to bob c2                           hold_already_captured
    """,
    "hold_already_released": """
        alice has NGN 5.00, bob has NGN 0.00
        hold alice 2.00 for 60s h1                          posted
        release h1 r1                                       posted
        expire h1 r2                                        hold_already_released
        capture h1 1.00 to bob c2                           hold_already_released
    """,
    "hold_expired": """
        alice has NGN 5.00, bob has NGN 0.00
        hold alice 2.00 for 60s h1                          posted
        wait 60s
        capture h1 1.00 to bob c1                           hold_expired
    """,
    "hold_not_expired": """
        alice has NGN 5.00
        hold alice 2.00 for 60s h1                          posted
        expire h1 r1                                        hold_not_expired
    """,
    "not_the_held_account": """
        alice has NGN 5.00, bob has NGN 5.00
        hold alice 2.00 for 60s h1                          posted
        capture h1 1.00 to alice c1 from bob                not_the_held_account
    """,
    "capture_exceeds_hold": """
        alice has NGN 5.00, bob has NGN 0.00
        hold alice 2.00 for 60s h1                          posted
        capture h1 2.01 to bob c1                           capture_exceeds_hold
    """,
    "insufficient_funds": """
        alice has NGN 5.00, bob has NGN 0.00
        transfer alice bob 5.01 k1                          insufficient_funds
    """,
    "balance_out_of_range": """
        alice has NGN 5.00
        fill alice
        transfer bank_cash_ngn alice 0.01 k1                balance_out_of_range
    """,
}
