"""Value added tax, split per rate and receipt.

A rate is an integer in basis points (1900 is 19 %). Prices include the tax, as consumer prices must in the
European Union (Directive 98/6/EC, article 2a). The tax of a rate is computed once on the receipt's gross sum of that
rate and rounded half up, so that the lines of a receipt always add up to the cent.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from shared.money import divide_half_up

BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class VatLine:
    """What one rate contributes to a receipt, in minor units: `net_minor + vat_minor == gross_minor`."""

    rate_bp: int
    net_minor: int
    vat_minor: int
    gross_minor: int


def vat_in_gross(gross_minor: int, rate_bp: int) -> int:
    """Return the tax contained in a gross amount, in minor units, rounded half up.

    Raises:
        ValueError: the rate is negative.
    """
    if rate_bp < 0:
        raise ValueError(f"a VAT rate of {rate_bp} basis points is below zero: use 0 for untaxed goods")
    return divide_half_up(gross_minor * rate_bp, BASIS_POINTS + rate_bp)


def split_vat(gross_by_line: Iterable[tuple[int, int]]) -> tuple[VatLine, ...]:
    """Split a receipt's lines, given as (rate_bp, gross_minor), into one VatLine per rate, highest rate first."""
    gross_by_rate: dict[int, int] = defaultdict(int)
    for rate_bp, gross_minor in gross_by_line:
        gross_by_rate[rate_bp] += gross_minor
    return tuple(
        _vat_line(rate_bp, gross_by_rate[rate_bp]) for rate_bp in sorted(gross_by_rate, reverse=True)
    )


def _vat_line(rate_bp: int, gross_minor: int) -> VatLine:
    vat_minor = vat_in_gross(gross_minor, rate_bp)
    return VatLine(
        rate_bp=rate_bp, net_minor=gross_minor - vat_minor, vat_minor=vat_minor, gross_minor=gross_minor
    )


def add_vat_on(net_by_line: Iterable[tuple[int, int]]) -> tuple[VatLine, ...]:
    """Put the tax on top of net lines, given as (rate_bp, net_minor): one VatLine per rate, rounded half up, highest first.

    Raises:
        ValueError: a rate is negative.
    """
    net_by_rate: dict[int, int] = defaultdict(int)
    for rate_bp, net_minor in net_by_line:
        if rate_bp < 0:
            raise ValueError(f"a VAT rate of {rate_bp} basis points is below zero: use 0 for untaxed goods")
        net_by_rate[rate_bp] += net_minor
    return tuple(_vat_line_on(rate_bp, net_by_rate[rate_bp]) for rate_bp in sorted(net_by_rate, reverse=True))


def _vat_line_on(rate_bp: int, net_minor: int) -> VatLine:
    vat_minor = divide_half_up(net_minor * rate_bp, BASIS_POINTS)
    return VatLine(
        rate_bp=rate_bp, net_minor=net_minor, vat_minor=vat_minor, gross_minor=net_minor + vat_minor
    )
