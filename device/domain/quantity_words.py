"""Quantities as people write them."""


def words_of_quantity(quantity_milli: int) -> str:
    """Return a quantity in thousandths as people write it, such as `1.5`."""
    sign = "-" if quantity_milli < 0 else ""
    whole, part = divmod(abs(quantity_milli), 1000)
    return f"{sign}{whole}" if part == 0 else f"{sign}{whole}.{part:03d}".rstrip("0")
