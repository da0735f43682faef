"""Materials and recipes as files: looked at, taken over, and handed out."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import chain

from device.domain.import_plan import ImportPlan
from device.domain.materials.file_plan import FilePlan
from device.domain.materials.material_file import ReadMaterials, read_materials, write_materials
from device.domain.materials.material_plan import plan_materials
from device.domain.materials.recipe_file import (
    ReadRecipes,
    RecipeRows,
    in_parts,
    read_recipes,
    write_recipes,
)
from device.domain.materials.recipe_plan import plan_recipes
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.services.assortment import CurrentAssortment
from device.services.import_catalogue import NOT_UTF_8, ROWS_AT_ONCE
from shared.csv_table import WHOLE_FILE, RefusedRow, decode_text
from shared.events.material import MaterialChanged, MaterialMoved, RecipeChanged

NOT_TEXT = (RefusedRow(row=WHOLE_FILE, text="", reason=NOT_UTF_8),)


class MaterialFiles:
    """The service behind the files of `/api/materials` and `/api/recipes`. What is so already is not said again."""

    def __init__(self, *, ledger: Ledger, assortment: CurrentAssortment, currency: str) -> None:
        self._ledger = ledger
        self._assortment = assortment
        self._currency = currency

    def export_materials(self) -> str:
        """Return the materials in use as a file that can be imported again."""
        return write_materials(self._ledger.state.materials, currency=self._currency)

    def export_recipes(self) -> str:
        """Return the recipes of what is offered as a file that can be imported again."""
        state = self._ledger.state
        return write_recipes(state.materials, self._assortment.of(state).catalogue)

    async def plan_materials(self, content: bytes) -> ImportPlan:
        """Say what a file would change; nothing is written."""
        read = await asyncio.to_thread(self._read_materials, content)
        return (await asyncio.to_thread(_plan_materials, read, "", self._ledger.state)).said

    async def take_materials(self, content: bytes, *, cashier: str) -> ImportPlan:
        """Take over a file's good rows, durable before this answers what was done; the broken ones are told."""
        read = await asyncio.to_thread(self._read_materials, content)
        return await self._take(partial(_plan_materials, read, cashier))

    async def plan_recipes(self, content: bytes) -> ImportPlan:
        """Say what a file would change; nothing is written."""
        read = await asyncio.to_thread(_read_recipes, content)
        plan = await asyncio.to_thread(self._plan_recipes, read.recipes, "", self._ledger.state)
        return _with_refused(plan.said, read.refused)

    async def take_recipes(self, content: bytes, *, cashier: str) -> ImportPlan:
        """Take over a file's recipes, durable before this answers what was done; the broken rows are told."""
        read = await asyncio.to_thread(_read_recipes, content)
        said = [
            await self._take(partial(self._plan_recipes, part, cashier))
            for part in in_parts(read.recipes, ROWS_AT_ONCE)
        ]
        together = ImportPlan(
            rows=tuple(chain.from_iterable(one.rows for one in said)),
            same=sum(one.same for one in said),
            refused=tuple(chain.from_iterable(one.refused for one in said)),
        )
        return _with_refused(together, read.refused)

    async def _take(self, plan: Callable[[TillState], FilePlan]) -> ImportPlan:
        planned: list[FilePlan] = []

        def decide(state: TillState) -> tuple[MaterialChanged | RecipeChanged | MaterialMoved, ...]:
            planned.append(plan(state))
            return planned[-1].events

        await self._ledger.append(decide)
        return planned[-1].said

    def _plan_recipes(self, recipes: tuple[RecipeRows, ...], cashier: str, state: TillState) -> FilePlan:
        catalogue = self._assortment.of(state).catalogue
        return plan_recipes(recipes, state.materials, catalogue, cashier=cashier)

    def _read_materials(self, content: bytes) -> ReadMaterials:
        text = decode_text(content)
        if text is None:
            return ReadMaterials(refused=NOT_TEXT)
        return read_materials(text, currency=self._currency)


def _plan_materials(read: ReadMaterials, cashier: str, state: TillState) -> FilePlan:
    return plan_materials(read, state.materials, cashier=cashier)


def _read_recipes(content: bytes) -> ReadRecipes:
    text = decode_text(content)
    return ReadRecipes(refused=NOT_TEXT) if text is None else read_recipes(text)


def _with_refused(plan: ImportPlan, refused: tuple[RefusedRow, ...]) -> ImportPlan:
    return replace(plan, refused=tuple(sorted((*refused, *plan.refused), key=lambda row: row.row)))
