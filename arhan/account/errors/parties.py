"""Every way the account office says no about who may do what on an account."""

from __future__ import annotations

from arhan.kernel.errors import Refusal

ACCOUNT_ROLE_INSUFFICIENT = Refusal(
    "account_role_insufficient", 403, "Your part in this account does not include that."
)
SIGNATURES_NEEDED = Refusal(
    "signatures_needed", 409, "Several sign for this account; one alone cannot do this."
)
PERSON_NOT_FOUND = Refusal("person_not_found", 422, "The bank knows nobody by that name or address.")
ALREADY_PARTY = Refusal("already_party", 409, "This person has a part in the account, or is invited.")
TOO_MANY_PARTIES = Refusal("too_many_parties", 422, "An account has ten parties at most.")
NOT_INVITED = Refusal("not_invited", 409, "There is no open invitation.")
HOLDER_MUST_AGREE = Refusal(
    "holder_must_agree", 409, "They leave by themselves, or the bank ends it; you alone cannot."
)
MANDATE_NEEDS_THEM = Refusal(
    "mandate_needs_them", 409, "Then fewer could sign than have to; change that at the bank first."
)
TOO_FEW_SIGNATORIES = Refusal("too_few_signatories", 409, "Fewer people could sign than would have to.")
MANDATE_LOOSENED = Refusal(
    "mandate_loosened", 409, "Asking for fewer signatures than before takes the bank's consent."
)
CARDS_PAY_ALONE = Refusal(
    "cards_pay_alone", 409, "A card pays on one person's word; close the account's cards first."
)
BUSINESS_KNOWN = Refusal(
    "business_known", 409, "A business with this registration number has or wants an account."
)
BUSINESS_DECIDED = Refusal("business_decided", 409, "The bank has decided on this application.")
PIN_NEEDED = Refusal("pin_required", 422, "Who may pay from the account needs a PIN of their own for it.")
