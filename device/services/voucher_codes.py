"""The codes of vouchers: drawn again from what they were issued by, and read to the ids under which the ledger knows them."""

from dataclasses import dataclass

from device.domain.voucher_code import draw_code, grouped, id_of_code, is_checked, read_code
from device.ports.stores import SettingsStore
from device.services.assortment import CurrentAssortment


@dataclass(frozen=True, slots=True)
class ReadVoucher:
    """A voucher's id; `is_checked` says whether its code carries the check that the deployment's tills share."""

    voucher_id: str
    is_checked: bool


class VoucherCodes:
    """Knows the till's own key and the deployment's."""

    def __init__(self, *, settings: SettingsStore, assortment: CurrentAssortment) -> None:
        self._settings = settings
        self._assortment = assortment

    def code_of(self, issued_by: str, line: int = 0) -> str:
        """Return the code of the voucher that a sale (on a line) or a refund issued: the same each time."""
        key = self._settings.current.pickup_key
        return grouped(draw_code(key, self._assortment.now().voucher_key, issued_by, line))

    def id_of(self, issued_by: str, line: int = 0) -> str:
        """Return the id of that voucher."""
        return id_of_code(draw_code(self._settings.current.pickup_key, "", issued_by, line))

    def read(self, text: str) -> ReadVoucher | None:
        """Return the voucher of a code that was scanned or typed, or None if it can be none."""
        code = read_code(text)
        if code is None:
            return None
        key = self._assortment.now().voucher_key
        return ReadVoucher(id_of_code(code), bool(key) and is_checked(key, code))
