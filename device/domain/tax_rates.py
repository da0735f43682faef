"""Which VAT rates, currency and smallest coin a country has, to propose at the first start. Pure; a table of facts that age.

The member states' rates follow what the European Commission publishes ("VAT rates applied in the Member States of the
European Union", and its Taxes in Europe Database, TEDB), Switzerland's the Federal Tax Administration (ESTV), the United
Kingdom's HM Revenue & Customs, Norway's Skatteetaten, each as known for 2026. Which goods a rate is for is not said here;
who sells knows, and may give a product any rate. In the United States sales tax is a matter of state and town: no rates.
Where cash is rounded by law or by everybody, its step is told as well: to 5 Rappen in Switzerland, to 5 cents in Belgium, Estonia,
Finland, Ireland, Italy, Lithuania, the Netherlands and Slovakia, to the coin in the Nordic countries, Czechia and Hungary.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryTax:
    """A country by its ISO 3166 code: currency (ISO 4217), and rates in basis points, the standard rate first.

    `cash_step_minor` is what sums in cash are rounded to, in minor units.
    """

    code: str
    currency: str
    rates_bp: tuple[int, ...]
    cash_step_minor: int = 1


_CASH_STEPS_MINOR: Final = MappingProxyType({
    "BE": 5, "CH": 5, "CZ": 100, "DK": 50, "EE": 5, "FI": 5, "HU": 500, "IE": 5, "IT": 5, "LT": 5, "NL": 5, "NO": 100, "SE": 100,
    "SK": 5,
})  # fmt: skip
_TABLE: Final = """
AT EUR 20 13 10
BE EUR 21 12 6
BG EUR 20 9
CH CHF 8.1 3.8 2.6
CY EUR 19 9 5 3
CZ CZK 21 12
DE EUR 19 7
DK DKK 25
EE EUR 24 13 9
ES EUR 21 10 4
FI EUR 25.5 13.5 10
FR EUR 20 10 5.5 2.1
GB GBP 20 5 0
GR EUR 24 13 6
HR EUR 25 13 5
HU HUF 27 18 5
IE EUR 23 13.5 9 4.8
IT EUR 22 10 5 4
LT EUR 21 12 5
LU EUR 17 14 8 3
LV EUR 21 12 5
MT EUR 18 12 7 5
NL EUR 21 9
NO NOK 25 15 12
PL PLN 23 8 5
PT EUR 23 13 6
RO RON 21 11
SE SEK 25 12 6
SI EUR 22 9.5 5
SK EUR 23 19 5
US USD
"""


def _read(line: str) -> CountryTax:
    code, currency, *rates = line.split()
    return CountryTax(
        code=code, currency=currency, rates_bp=tuple(round(float(rate) * 100) for rate in rates),
        cash_step_minor=_CASH_STEPS_MINOR.get(code, 1),
    )  # fmt: skip


COUNTRIES: Final[Mapping[str, CountryTax]] = MappingProxyType(
    {country.code: country for country in map(_read, _TABLE.split("\n")[1:-1])}
)


def cash_step_of(country: str, currency: str) -> int:
    """Return what cash is rounded to, in minor units; a till with another currency than the country's rounds nothing."""
    found = COUNTRIES.get(country)
    return found.cash_step_minor if found and found.currency == currency else 1


def rates_of(country: str) -> tuple[int, ...]:
    """Return a country's rates in basis points; a country that is not in the table has none."""
    found = COUNTRIES.get(country)
    return found.rates_bp if found else ()
