"""The portal's addresses."""

from __future__ import annotations

from django.urls import path

from arhan.frontend.views import (
    account_care,
    accounts,
    customer,
    joining,
    letters,
    logins,
    profile,
    public,
    security,
    sending,
    staff,
    transactions,
)

urlpatterns = [
    path("", public.home, name="home"),
    path("robots.txt", public.robots),
    path("health/live", public.live),
    path("health/ready", public.ready),
    path("look", joining.choose_look, name="choose-look"),
    path("language", joining.choose_language, name="choose-language"),
    path("register", joining.register, name="register"),
    path("sign-in", joining.sign_in, name="sign-in"),
    path("staff/sign-in", joining.sign_in, name="staff-sign-in"),
    path("forgotten", letters.forgotten, name="forgotten"),
    path("reset-password", letters.reset_password, name="reset-password"),
    path("verify-email", letters.verify_email, name="verify-email"),
    path("accept-invitation", letters.accept_invitation, name="accept-invitation"),
    path("sign-out", joining.sign_out, name="sign-out"),
    path("dashboard", customer.dashboard, name="dashboard"),
    path("accounts", accounts.show_accounts, name="accounts"),
    path("accounts/open", accounts.open_account, name="open-account"),
    path("accounts/<str:account_id>", accounts.show_account, name="account"),
    path("accounts/<str:account_id>/freeze", account_care.freeze, name="freeze-account"),
    path("accounts/<str:account_id>/unfreeze", account_care.unfreeze, name="unfreeze-account"),
    path("accounts/<str:account_id>/close", account_care.close, name="close-account"),
    path("accounts/<str:account_id>/pin", account_care.change_pin, name="change-pin"),
    path("accounts/<str:account_id>/statement.csv", account_care.statement, name="statement"),
    path("send", sending.details, name="send"),
    path("send/payee", sending.payee_name, name="payee-name"),
    path("send/<str:draft_id>", sending.confirm, name="confirm-transfer"),
    path("send/<str:draft_id>/result", sending.result, name="transfer-result"),
    path("transactions", transactions.show_transactions, name="transactions"),
    path("transactions.csv", transactions.download, name="transactions-csv"),
    path("transactions/<str:payment_id>/refund", transactions.refund, name="refund"),
    path("transactions/<str:payment_id>", transactions.show_payment, name="payment"),
    path("transactions/<str:payment_id>/confirm", transactions.confirm_payment, name="confirm-payment"),
    path("profile", profile.profile, name="profile"),
    path("profile/password", security.password, name="password"),
    path("profile/second-factor", security.second_factor, name="second-factor"),
    path("profile/second-factor/remove", security.remove_second_factor, name="remove-second-factor"),
    path("profile/logins", logins.show_logins, name="logins"),
    path("profile/logins/others/end", logins.end_other_logins, name="end-other-logins"),
    path("profile/logins/<str:login_id>/end", logins.end_login, name="end-login"),
    path("profile/devices/<str:device_id>/forget", logins.forget_device, name="forget-device"),
    path("profile/email/verify", logins.ask_email_link, name="ask-email-link"),
    path("stay", profile.stay, name="stay"),
    path("staff", staff.overview, name="staff"),
    path("staff/deposits/new", staff.deposit, name="deposit"),
    path("staff/deposits/<str:draft_id>", staff.confirm_deposit, name="confirm-deposit"),
    path("staff/deposits/<str:draft_id>/receipt", staff.deposit_receipt, name="deposit-receipt"),
]

handler400 = "arhan.frontend.views.errors.malformed"
handler404 = "arhan.frontend.views.errors.not_found"
handler500 = "arhan.frontend.views.errors.broken"
