"""A picture of black dots and white paper, as printers take it."""

from dataclasses import dataclass

HEIGHT_MAX = 2_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Bitmap:
    """`height` rows of `width` dots. Each row is whole bytes, the leftmost dot in the highest bit, 1 is black."""

    width: int
    height: int
    dots: bytes

    def __post_init__(self) -> None:
        if (
            self.width < 1
            or not 1 <= self.height <= HEIGHT_MAX
            or len(self.dots) != self.height * self.row_bytes
        ):
            raise ValueError(f"{len(self.dots)} bytes are no picture of {self.width} by {self.height} dots")

    @property
    def row_bytes(self) -> int:
        """Bytes in a row; the dots beyond the width are white."""
        return -(-self.width // 8)

    def rows(self, first: int, last: int) -> bytes:
        """Return the bytes of rows `first` to `last`, the last left out."""
        return self.dots[first * self.row_bytes : last * self.row_bytes]
