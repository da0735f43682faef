"""The integers of events: none so large that sums could leave the 64 bits of a database."""

from typing import Annotated, TypeAlias

from pydantic import Field

AMOUNT_MAX = 10**15
"""No sum at a stall comes near, and thousands of such still add up within the 64 bits of a database."""

Amount: TypeAlias = Annotated[int, Field(ge=-AMOUNT_MAX, le=AMOUNT_MAX)]
PickupNumber: TypeAlias = Annotated[int, Field(ge=0, le=999)]
