"""Schedules that Apache Fineract publishes as its own test cases: terms and the figures, nothing else.

A row is what is due of interest and altogether, in major units, one instalment after another. Sources are
named by Fineract's test class and case, or feature file and TestRail id (Apache Fineract, develop branch).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

BASE: dict[str, Any] = {
    "principal": 100_00,
    "currency": "USD",
    "annual_rate_percent": 7,
    "method": "equal_instalments",
    "day_count": "30/360",
    "number_of_instalments": 6,
    "period": {"every": 1, "unit": "months"},
    "disbursed_on": "2024-01-01",
}
EMI = "ProgressiveEMICalculatorTest"


@dataclass(frozen=True)
class Published:
    source: str
    terms: dict[str, Any]
    rows: str
    due_on: tuple[str, ...] = field(default=())

    @property
    def given(self) -> dict[str, Any]:
        return BASE | self.terms

    @property
    def interest_and_due(self) -> list[tuple[int, int]]:
        pairs = [row.split() for row in self.rows.split("|")]
        return [(minor(interest), minor(due)) for interest, due in pairs]


def minor(amount: str) -> int:
    return round(float(amount) * 100)


def every(interest: str, due: str, times: int) -> str:
    return " | ".join([f"{interest} {due}"] * times)


def months(count: int) -> dict[str, Any]:
    return {"every": count, "unit": "months"}


def weeks(count: int) -> dict[str, Any]:
    return {"every": count, "unit": "weeks"}


def days(count: int) -> dict[str, Any]:
    return {"every": count, "unit": "days"}


FLAT = {"method": "flat", "annual_rate_percent": 12}
PLAIN_1713 = "0.79 17.13 | 0.66 17.13"

EQUAL_INSTALMENTS = [
    Published(
        "EmbeddableProgressiveLoanScheduleGeneratorTest",
        {},
        "0.58 17.01 | 0.49 17.01 | 0.39 17.01 | 0.29 17.01 | 0.20 17.01 | 0.10 17.00",
        ("2024-02-01", "2024-03-01", "2024-04-01", "2024-05-01", "2024-06-01", "2024-07-01"),
    ),
    Published(
        f"{EMI}: the adjusted instalment is no better than the first",
        {"annual_rate_percent": 15.678, "day_count": "actual/365"},
        "1.33 17.43 | 1.05 17.43 | 0.90 17.43 | 0.66 17.43 | 0.46 17.43 | 0.22 17.47",
    ),
    Published(
        f"{EMI}: 9.4822 %, 30/360",
        {"annual_rate_percent": 9.4822},
        "0.79 17.13 | 0.66 17.13 | 0.53 17.13 | 0.40 17.13 | 0.27 17.13 | 0.13 17.13",
    ),
    Published(
        f"{EMI}: actual/actual from December into a leap year",
        {"annual_rate_percent": 9.4822, "day_count": "actual/actual", "disbursed_on": "2023-12-12"},
        "0.80 17.13 | 0.67 17.13 | 0.50 17.13 | 0.41 17.13 | 0.26 17.13 | 0.14 17.13",
    ),
    Published(
        f"{EMI}: no interest",
        {
            "principal": 1000_00,
            "annual_rate_percent": 0,
            "number_of_instalments": 4,
            "day_count": "actual/actual",
        },
        every("0", "250", 4),
    ),
    Published(
        f"{EMI}: weekly, 364 days",
        {"annual_rate_percent": 9.4822, "day_count": "actual/364", "period": weeks(1)},
        "0.18 16.77 | 0.15 16.77 | 0.12 16.77 | 0.09 16.77 | 0.06 16.77 | 0.03 16.78",
        ("2024-01-08", "2024-01-15", "2024-01-22", "2024-01-29", "2024-02-05", "2024-02-12"),
    ),
    Published(
        f"{EMI}: every second week, 364 days",
        {
            "annual_rate_percent": 9.4822,
            "day_count": "actual/364",
            "period": weeks(2),
            "number_of_instalments": 3,
        },
        "0.36 33.57 | 0.24 33.57 | 0.12 33.58",
    ),
    Published(
        f"{EMI}: every 15 days, 360 days",
        {"annual_rate_percent": 9.4822, "day_count": "actual/360", "period": days(15)},
        "0.40 16.90 | 0.33 16.90 | 0.26 16.90 | 0.20 16.90 | 0.13 16.90 | 0.07 16.89",
        ("2024-01-16", "2024-01-31", "2024-02-15", "2024-03-01", "2024-03-16", "2024-03-31"),
    ),
    Published(
        f"{EMI}: one month",
        {"principal": 1000_00, "number_of_instalments": 1},
        "5.83 1005.83",
    ),
    Published(
        f"{EMI}: actual/actual across years",
        {
            "principal": 5000_00,
            "annual_rate_percent": 9.99,
            "day_count": "actual/actual",
            "disbursed_on": "2023-11-13",
        },
        "41.05 857.71 | 35.45 857.71 | 28.44 857.71 | 20.04 857.71 | 14.33 857.71 | 6.97 857.73",
    ),
    Published(
        f"{EMI}: 30/360, disbursed on the last of a month",
        {"principal": 2450_00, "annual_rate_percent": 9.99, "disbursed_on": "2023-10-31"},
        "20.40 420.31 | 17.07 420.31 | 13.71 420.31 | 10.33 420.31 | 6.91 420.31 | 3.47 420.34",
        ("2023-11-30", "2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"),
    ),
    Published(
        f"{EMI}: 30/360, disbursed on the 30th",
        {"principal": 10000_00, "annual_rate_percent": 45, "disbursed_on": "2023-10-30"},
        "375.00 1892.12 | 318.11 1892.12 | 259.08 1892.12 | 197.84 1892.12 | 134.31 1892.12 | 68.39 1892.13",
        ("2023-11-30", "2023-12-30", "2024-01-30", "2024-02-29", "2024-03-30", "2024-04-30"),
    ),
    Published(
        f"{EMI}: 30/360, every second month",
        {
            "principal": 3333_00,
            "annual_rate_percent": 19.99,
            "period": months(2),
            "disbursed_on": "2023-10-29",
        },
        "111.04 622.04 | 94.02 622.04 | 76.43 622.04 | 58.25 622.04 | 39.47 622.04 | 20.06 622.07",
        ("2023-12-29", "2024-02-29", "2024-04-29", "2024-06-29", "2024-08-29", "2024-10-29"),
    ),
    Published(
        f"{EMI}: actual/actual, disbursed on the last of a month",
        {
            "principal": 245000_00,
            "annual_rate_percent": 45,
            "day_count": "actual/actual",
            "disbursed_on": "2023-10-31",
        },
        "9061.64 46343.27 | 7938.83 46343.27 | 6453.36 46343.27 "
        "| 4614.71 46343.27 | 3342.49 46343.27 | 1648.57 46343.25",
    ),
    Published(
        f"{EMI}: actual/actual, disbursed on the 30th",
        {
            "principal": 1500_00,
            "annual_rate_percent": 9.4822,
            "day_count": "actual/actual",
            "disbursed_on": "2021-10-30",
        },
        "12.08 256.95 | 9.78 256.95 | 8.12 256.95 | 5.72 256.95 | 3.96 256.95 | 2.05 256.96",
        ("2021-11-30", "2021-12-30", "2022-01-30", "2022-02-28", "2022-03-30", "2022-04-30"),
    ),
    Published(
        f"{EMI}: actual/actual, every second month",
        {
            "principal": 5000_00,
            "day_count": "actual/actual",
            "period": months(2),
            "disbursed_on": "2022-10-29",
        },
        "58.49 867.68 | 49.03 867.68 | 38.80 867.68 | 29.75 867.68 | 19.95 867.68 | 10.03 867.65",
        ("2022-12-29", "2023-02-28", "2023-04-29", "2023-06-29", "2023-08-29", "2023-10-29"),
    ),
    Published(
        "EMICalculation.feature C3152: actual/actual",
        {
            "principal": 10000_00,
            "annual_rate_percent": 12,
            "day_count": "actual/actual",
            "disbursed_on": "2023-12-12",
        },
        "101.81 1725.56 | 85.14 1725.56 | 64.05 1725.56 | 51.58 1725.56 | 33.45 1725.56 | 17.36 1725.59",
    ),
    Published(
        "EMICalculation.feature C3153: actual/actual, decimal rate",
        {
            "principal": 10000_00,
            "annual_rate_percent": 9.4822,
            "day_count": "actual/actual",
            "disbursed_on": "2023-12-12",
        },
        "80.45 1713.12 | 67.20 1713.12 | 50.50 1713.12 | 40.63 1713.12 | 26.32 1713.12 | 13.65 1713.15",
    ),
    Published(
        "EMICalculation.feature C3164: actual/actual, evened out",
        {
            "principal": 331_77,
            "annual_rate_percent": 10.65,
            "day_count": "actual/actual",
            "disbursed_on": "2023-12-12",
            "number_of_instalments": 5,
        },
        "3.00 68.14 | 2.41 68.14 | 1.70 68.14 | 1.21 68.14 | 0.59 68.12",
    ),
    Published(
        "EMICalculation.feature C3154: 30/360",
        {"annual_rate_percent": 12},
        "1.00 17.25 | 0.84 17.25 | 0.67 17.25 | 0.51 17.25 | 0.34 17.25 | 0.17 17.28",
    ),
    Published(
        "EMICalculation.feature C3165: 30/360, evened out",
        {"principal": 75_00, "annual_rate_percent": 12.3, "number_of_instalments": 5},
        "0.77 15.47 | 0.62 15.47 | 0.47 15.47 | 0.31 15.47 | 0.16 15.45",
    ),
    Published(
        "EMICalculation.feature C3157: 30/360, every second month",
        {"annual_rate_percent": 12, "period": months(2), "number_of_instalments": 3},
        "2.00 34.68 | 1.35 34.68 | 0.68 34.67",
    ),
    Published(
        "EMICalculation.feature C3158: 30/360, every second week",
        {"annual_rate_percent": 9.4822, "period": weeks(2)},
        "0.37 16.88 | 0.31 16.88 | 0.25 16.88 | 0.19 16.88 | 0.12 16.88 | 0.06 16.90",
    ),
    Published(
        "EMICalculation.feature C3159: actual/365",
        {"annual_rate_percent": 12, "day_count": "actual/365"},
        "1.02 17.25 | 0.80 17.25 | 0.69 17.25 | 0.50 17.25 | 0.35 17.25 | 0.17 17.28",
    ),
    Published(
        "EMICalculation.feature C3160: actual/365, decimal rate",
        {"annual_rate_percent": 9.4822, "day_count": "actual/365"},
        "0.81 17.13 | 0.63 17.13 | 0.54 17.13 | 0.39 17.13 | 0.27 17.13 | 0.13 17.12",
    ),
    Published(
        "EMICalculation.feature C3166: actual/365, every 15 days",
        {"annual_rate_percent": 9.4822, "day_count": "actual/365", "period": days(15)},
        "0.39 16.90 | 0.33 16.90 | 0.26 16.90 | 0.20 16.90 | 0.13 16.90 | 0.07 16.88",
    ),
    Published(
        "LoanMonthEndDueDateStrategy.feature C111043: actual/actual, rolled",
        {
            "principal": 10000_00,
            "annual_rate_percent": 12,
            "day_count": "actual/actual",
            "number_of_instalments": 3,
            "disbursed_on": "2025-01-31",
            "month_end": "roll",
        },
        "95.34 3398.56 | 66.05 3398.56 | 34.29 3398.56",
        ("2025-03-01", "2025-03-31", "2025-05-01"),
    ),
    Published(
        "LoanMonthEndDueDateStrategy.feature C111047: actual/actual, clamped",
        {
            "principal": 10000_00,
            "annual_rate_percent": 12,
            "day_count": "actual/actual",
            "number_of_instalments": 3,
            "disbursed_on": "2025-01-31",
        },
        "92.05 3397.82 | 68.23 3397.82 | 33.19 3397.83",
        ("2025-02-28", "2025-03-31", "2025-04-30"),
    ),
    Published(
        "LoanMonthEndDueDateStrategy.feature C111045: 30/360, rolled",
        {
            "principal": 10000_00,
            "annual_rate_percent": 12,
            "number_of_instalments": 3,
            "disbursed_on": "2025-01-31",
            "month_end": "roll",
        },
        "100.00 3400.22 | 67.00 3400.22 | 33.67 3400.23",
        ("2025-03-01", "2025-03-31", "2025-05-01"),
    ),
    Published(
        "GroupLoanIntegrationTest: 2 % a month",
        {
            "principal": 12000_00,
            "annual_rate_percent": 24,
            "number_of_instalments": 4,
            "disbursed_on": "2011-09-20",
        },
        "240.00 3151.49 | 181.77 3151.49 | 122.38 3151.49 | 61.79 3151.47",
        ("2011-10-20", "2011-11-20", "2011-12-20", "2012-01-20"),
    ),
    Published(
        f"{EMI}: 12 %, three months",
        {"principal": 1000_00, "annual_rate_percent": 12, "number_of_instalments": 3},
        "10.00 340.02 | 6.70 340.02 | 3.37 340.03",
    ),
    Published(
        f"{EMI}: 12 %, four months",
        {"principal": 1000_00, "annual_rate_percent": 12, "number_of_instalments": 4},
        "10.00 256.28 | 7.54 256.28 | 5.05 256.28 | 2.54 256.29",
    ),
]

EVENTS = [
    Published(
        f"{EMI}: second disbursement on a due date",
        {"annual_rate_percent": 9.4822, "disbursements": [{"on": "2024-03-01", "amount": 100_00}]},
        f"{PLAIN_1713} | 1.32 42.63 | 0.99 42.63 | 0.67 42.63 | 0.33 42.61",
    ),
    Published(
        f"{EMI}: second disbursement in the first period",
        {"annual_rate_percent": 9.4822, "disbursements": [{"on": "2024-01-08", "amount": 200_00}]},
        "2.01 51.33 | 1.98 51.33 | 1.59 51.33 | 1.20 51.33 | 0.80 51.33 | 0.40 51.33",
    ),
    Published(
        f"{EMI}: second disbursement within the second period",
        {"annual_rate_percent": 9.4822, "disbursements": [{"on": "2024-02-15", "amount": 100_00}]},
        "0.79 17.13 | 1.07 37.53 | 1.16 37.53 | 0.88 37.53 | 0.59 37.53 | 0.29 37.53",
    ),
    Published(
        f"{EMI}: three disbursements within the first period, a stub",
        {
            "principal": 175_00,
            "annual_rate_percent": 9.4822,
            "disbursed_on": "2024-01-05",
            "first_due_on": "2024-02-01",
            "disbursements": [
                {"on": "2024-01-05", "amount": 100_00},
                {"on": "2024-01-08", "amount": 50_00},
                {"on": "2024-01-08", "amount": 25_00},
            ],
        },
        "1.15 29.94 | 1.16 29.94 | 0.93 29.94 | 0.70 29.94 | 0.47 29.94 | 0.23 29.94",
    ),
    Published(
        f"{EMI}: two disbursements, one instalment",
        {
            "principal": 1000_00,
            "number_of_instalments": 1,
            "disbursements": [{"on": "2024-01-15", "amount": 1000_00}],
        },
        "9.03 2009.03",
    ),
    Published(
        f"{EMI}: second disbursement within the second of three periods",
        {
            "principal": 1000_00,
            "annual_rate_percent": 12,
            "number_of_instalments": 3,
            "disbursed_on": "2024-06-01",
            "disbursements": [{"on": "2024-07-15", "amount": 250_00}],
        },
        "10.00 340.02 | 8.07 466.33 | 4.62 466.34",
    ),
    Published(
        f"{EMI}: second disbursement on the first of three due dates",
        {
            "principal": 1000_00,
            "annual_rate_percent": 12,
            "number_of_instalments": 3,
            "disbursed_on": "2024-06-01",
            "disbursements": [{"on": "2024-07-01", "amount": 250_00}],
        },
        "10.00 340.02 | 9.20 466.90 | 4.62 466.90",
    ),
    Published(
        f"{EMI}: rate change on a due date",
        {"rate_changes": [{"on": "2024-02-01", "annual_rate_percent": 4}]},
        "0.58 17.01 | 0.28 16.88 | 0.22 16.88 | 0.17 16.88 | 0.11 16.88 | 0.06 16.89",
    ),
    Published(
        f"{EMI}: rate change within the second period",
        {"rate_changes": [{"on": "2024-02-14", "annual_rate_percent": 4}]},
        "0.58 17.01 | 0.37 16.90 | 0.22 16.90 | 0.17 16.90 | 0.11 16.90 | 0.06 16.90",
    ),
    Published(
        "LoanInterestRateChange.feature C3916: rate change within the second period",
        {"rate_changes": [{"on": "2024-02-15", "annual_rate_percent": 4}]},
        "0.58 17.01 | 0.38 16.90 | 0.22 16.90 | 0.17 16.90 | 0.11 16.90 | 0.06 16.91",
    ),
    Published(
        "LoanScheduleGeneratorTest: a stub of 17 days",
        {
            "principal": 192_22,
            "annual_rate_percent": 9.99,
            "disbursed_on": "2024-01-15",
            "first_due_on": "2024-02-01",
        },
        "0.88 32.85 | 1.33 32.85 | 1.07 32.85 | 0.81 32.85 | 0.54 32.85 | 0.27 32.87",
    ),
]

GRACE = [
    Published(
        f"{EMI}: two instalments of principal grace",
        {"grace": {"principal": 2}},
        "0.58 0.58 | 0.58 0.58 | 0.58 25.37 | 0.44 25.37 | 0.29 25.37 | 0.15 25.35",
    ),
    Published(
        f"{EMI}: two instalments of interest payment grace",
        {"grace": {"interest_payment": 2}},
        "0 17.01 | 0 17.01 | 1.44 17.01 | 0.29 17.01 | 0.20 17.01 | 0.10 16.98",
    ),
    Published(
        f"{EMI}: principal grace for all but the last",
        {"annual_rate_percent": 30, "number_of_instalments": 8, "grace": {"principal": 7}},
        every("2.50", "2.50", 7) + " | 2.50 102.50",
    ),
    Published(
        "LoanBulletBalloon.feature BL01: the same, as a bullet",
        {"annual_rate_percent": 30, "number_of_instalments": 8, "method": "bullet"},
        every("2.50", "2.50", 7) + " | 2.50 102.50",
    ),
]

DOWN_PAYMENT = [
    Published(
        "LoanScheduleGeneratorTest: 25 % down",
        {"annual_rate_percent": 9.99, "down_payment_percent": 25},
        "0 25.00 | 0.62 12.87 | 0.52 12.87 | 0.42 12.87 | 0.32 12.87 | 0.21 12.87 | 0.11 12.85",
        ("2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01", "2024-05-01", "2024-06-01", "2024-07-01"),
    ),
    Published(
        "EMICalculation.feature C3161: 25 % down",
        {"annual_rate_percent": 5, "number_of_instalments": 5, "down_payment_percent": 25},
        "0 25.00 | 0.31 15.19 | 0.25 15.19 | 0.19 15.19 | 0.13 15.19 | 0.06 15.18",
    ),
]

FLAT_CASES = [
    Published(
        "whole units",
        FLAT | {"principal": 5000_00, "number_of_instalments": 18, "instalment_multiple": 100},
        every("50", "328", 17) + " | 50 324",
    ),
    Published(
        f"{EMI}: flat, actual/actual",
        FLAT | {"principal": 700_00, "number_of_instalments": 4, "day_count": "actual/actual"},
        "7.11 181.94 | 6.66 181.94 | 7.11 181.94 | 6.89 181.95",
    ),
    Published(
        f"{EMI}: flat, actual/actual, 2,000",
        FLAT | {"principal": 2000_00, "number_of_instalments": 4, "day_count": "actual/actual"},
        "20.33 519.84 | 19.02 519.84 | 20.33 519.84 | 19.67 519.83",
    ),
    Published(
        f"{EMI}: flat, 30/360, further disbursement",
        FLAT
        | {
            "principal": 1000_00,
            "number_of_instalments": 4,
            "disbursements": [{"on": "2024-02-06", "amount": 250_00}],
        },
        "10 260 | 12.07 345.69 | 12.50 345.69 | 12.50 345.69",
    ),
    Published(
        f"{EMI}: flat, weekly",
        FLAT
        | {
            "principal": 1000_00,
            "number_of_instalments": 4,
            "day_count": "actual/actual",
            "period": weeks(1),
            "disbursements": [{"on": "2024-01-04", "amount": 1000_00}],
        },
        "3.61 504.34 | 4.59 504.34 | 4.59 504.34 | 4.59 504.36",
    ),
    Published(
        f"{EMI}: flat, every 30 days",
        FLAT
        | {
            "principal": 1000_00,
            "number_of_instalments": 4,
            "day_count": "actual/actual",
            "period": days(30),
            "disbursements": [{"on": "2024-01-16", "amount": 500_00}],
        },
        "12.30 389.14 | 14.75 389.14 | 14.75 389.14 | 14.75 389.13",
    ),
    Published(
        f"{EMI}: flat, every 6 days",
        FLAT
        | {
            "principal": 1000_00,
            "annual_rate_percent": 12.2,
            "number_of_instalments": 5,
            "day_count": "actual/actual",
            "period": days(6),
        },
        every("2.00", "202.00", 5),
    ),
    Published(
        f"{EMI}: flat, weekly, 364 days",
        FLAT
        | {
            "principal": 1000_00,
            "annual_rate_percent": 5.2,
            "number_of_instalments": 10,
            "day_count": "actual/364",
            "period": weeks(1),
        },
        every("1.00", "101.00", 10),
    ),
    Published(
        f"{EMI}: flat, every second month",
        FLAT | {"principal": 1000_00, "number_of_instalments": 8, "period": months(2)},
        every("20", "145", 8),
    ),
    Published(
        f"{EMI}: flat, three months",
        FLAT | {"principal": 1000_00, "number_of_instalments": 3},
        "10 343.33 | 10 343.33 | 10 343.34",
    ),
    Published(
        f"{EMI}: flat, further disbursement on a due date",
        FLAT
        | {
            "principal": 1000_00,
            "number_of_instalments": 3,
            "disbursements": [{"on": "2024-02-01", "amount": 250_00}],
        },
        "10 343.33 | 12.50 470.84 | 12.50 470.83",
    ),
    Published(
        f"{EMI}: flat, two further disbursements on the fifth day",
        FLAT
        | {
            "principal": 1000_00,
            "number_of_instalments": 3,
            "disbursements": [{"on": "2024-01-05", "amount": 250_00}, {"on": "2024-01-05", "amount": 250_00}],
        },
        "14.35 514.78 | 15 514.78 | 15 514.79",
    ),
    Published(
        f"{EMI}: flat, further disbursement in the fourth of 24 periods",
        FLAT
        | {
            "principal": 10000_00,
            "number_of_instalments": 24,
            "disbursements": [{"on": "2024-04-05", "amount": 1000_00}],
        },
        every("100", "516.67", 3) + " | 108.67 574.22 | " + every("110", "574.22", 19) + " | 110 574.26",
    ),
]

ALL = EQUAL_INSTALMENTS + EVENTS + GRACE + DOWN_PAYMENT + FLAT_CASES
