"""Materials: described, moved, put into recipes; and what is needed of them for what is planned."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date

from device.domain.materials.book import MaterialBook, MoveMark, Use
from device.domain.materials.noting import (
    BadMaterial,
    MaterialMove,
    MaterialRefusal,
    find_material_fault,
    move,
    recipe,
)
from device.domain.materials.requirements import Making, Requirement, needs_of, requirements
from device.domain.need import Need
from device.domain.plan.making_book import coming_by_sku
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.world import Clock
from device.services.assortment import CurrentAssortment
from shared.entry import Entry
from shared.events.material import (
    MaterialChanged,
    MaterialDetails,
    MaterialMoved,
    MaterialPart,
    RecipeChanged,
)
from shared.ids import Sku
from shared.money import QUANTITY_ONE_MILLI


@dataclass(frozen=True, slots=True, kw_only=True)
class TellMaterial:
    """One material with what is needed of it, what was learned of its use, and its newest movements, newest first."""

    needed: Requirement
    use: Use
    moves: tuple[MoveMark, ...]


class Materials:
    """The service behind `/api/materials`; `making_ahead` says what the plan wants made besides what was taken on."""

    def __init__(self, *, ledger: Ledger, assortment: CurrentAssortment, clock: Clock,
                 making_ahead: Callable[[], Awaitable[Mapping[Sku, Making]]],
                 on_order: Callable[[str], int] = lambda _: 0) -> None:  # fmt: skip
        self._ledger = ledger
        self._assortment = assortment
        self._clock = clock
        self._making_ahead = making_ahead
        self._on_order = on_order

    async def listed(self) -> tuple[Requirement, ...]:
        """Return all that are in use, with what is needed of them; what is missing first."""
        ahead = await self._making_ahead()
        state, today = self._ledger.state, self._clock.now().date()
        return requirements(state.materials, _all_making(state, ahead, today), self._on_order)

    async def find(self, material_id: str) -> TellMaterial | None:
        """Return one material, or None."""
        needed = next((one for one in await self.listed() if one.material.material_id == material_id), None)
        if needed is None:
            return None
        book = self._ledger.state.materials
        moves = [mark for mark in book.moves.items().values() if mark.material_id == material_id]
        return TellMaterial(needed=needed, use=book.use_of(material_id), moves=tuple(reversed(moves)))

    async def needs(self) -> tuple[Need, ...]:
        """Return what has to be bought."""
        return needs_of(await self.listed(), self._clock.now().date())

    async def save(self, material: MaterialDetails, *, cashier: str) -> MaterialDetails | MaterialRefusal:
        """Describe a material, durable before this answers."""

        def decide(state: TillState) -> tuple[MaterialChanged, ...] | BadMaterial:
            fault = find_material_fault(state.materials, material)
            if fault is not None:
                return fault
            same = state.materials.materials.find(material.material_id) == material
            return () if same else (MaterialChanged(material=material, cashier=cashier),)

        answer: tuple[Entry, ...] | BadMaterial = await self._ledger.append(decide)
        return material if isinstance(answer, tuple) else answer

    async def save_recipe(
        self, sku: Sku, *, makes: int, parts: tuple[MaterialPart, ...], cashier: str
    ) -> RecipeChanged | MaterialRefusal:
        """Say what a product is made of, durable before this answers."""

        def decide(state: TillState) -> tuple[RecipeChanged, ...] | MaterialRefusal:
            catalogue = self._assortment.of(state).catalogue
            found = recipe(state.materials, catalogue, sku=sku, makes=makes, parts=parts, cashier=cashier)
            if not isinstance(found, RecipeChanged):
                return found
            known = state.materials.recipes.find(sku)
            same = (known.makes, known.parts) == (makes, parts) if known else not parts
            return () if same else (found,)

        answer: tuple[Entry, ...] | MaterialRefusal = await self._ledger.append(decide)
        if not isinstance(answer, tuple):
            return answer
        return RecipeChanged(sku=sku, makes=makes, parts=parts, cashier=cashier)

    async def move(self, wish: MaterialMove) -> int | MaterialRefusal:
        """Book a movement once, durable before this answers how much is there now."""

        def decide(state: TillState) -> tuple[MaterialMoved, ...] | MaterialRefusal:
            if wish.move_id and state.materials.booked.find(wish.move_id) is not None:
                return ()
            moved = move(state.materials, wish)
            return (moved,) if isinstance(moved, MaterialMoved) else moved

        answer: tuple[Entry, ...] | MaterialRefusal = await self._ledger.append(decide)
        if not isinstance(answer, tuple):
            return answer
        return self._ledger.state.materials.stock_milli.get(wish.material_id, 0)

    @property
    def book(self) -> MaterialBook:
        """The book as it is now."""
        return self._ledger.state.materials


def _all_making(state: TillState, ahead: Mapping[Sku, Making], today: date) -> Mapping[Sku, Making]:
    """What is to be made: what was taken on and has not come, and what the plan wants besides."""
    taken = {
        sku: Making(pieces=milli / QUANTITY_ONE_MILLI, start=today)
        for sku, milli in coming_by_sku(state.making, today).items()
    }
    return {
        sku: Making(
            pieces=sum(of[sku].pieces for of in (taken, ahead) if sku in of),
            start=min(of[sku].start for of in (taken, ahead) if sku in of),
        )
        for sku in {*taken, *ahead}
    }
