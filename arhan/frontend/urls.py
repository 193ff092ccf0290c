"""The portal's addresses."""

from __future__ import annotations

from django.urls import path

from arhan.frontend.views import (
    accounts,
    customer,
    joining,
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
    path("sign-out", joining.sign_out, name="sign-out"),
    path("dashboard", customer.dashboard, name="dashboard"),
    path("accounts", accounts.show_accounts, name="accounts"),
    path("accounts/open", accounts.open_account, name="open-account"),
    path("accounts/<str:account_id>", accounts.show_account, name="account"),
    path("send", sending.details, name="send"),
    path("send/payee", sending.payee_name, name="payee-name"),
    path("send/<str:draft_id>", sending.confirm, name="confirm-transfer"),
    path("send/<str:draft_id>/result", sending.result, name="transfer-result"),
    path("transactions", transactions.show_transactions, name="transactions"),
    path("transactions/<str:payment_id>", transactions.show_payment, name="payment"),
    path("transactions/<str:payment_id>/confirm", transactions.confirm_payment, name="confirm-payment"),
    path("profile", profile.profile, name="profile"),
    path("profile/password", security.password, name="password"),
    path("profile/second-factor", security.second_factor, name="second-factor"),
    path("profile/second-factor/remove", security.remove_second_factor, name="remove-second-factor"),
    path("stay", profile.stay, name="stay"),
    path("staff", staff.overview, name="staff"),
    path("staff/deposits/new", staff.deposit, name="deposit"),
    path("staff/deposits/<str:draft_id>", staff.confirm_deposit, name="confirm-deposit"),
    path("staff/deposits/<str:draft_id>/receipt", staff.deposit_receipt, name="deposit-receipt"),
]

handler400 = "arhan.frontend.views.errors.malformed"
handler404 = "arhan.frontend.views.errors.not_found"
handler500 = "arhan.frontend.views.errors.broken"
