"""Bringing changes of products together: pure, in the order in which they arrive."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.domain.catalogue import (
    CLOUD,
    KnownProduct,
    Origin,
    changes_towards,
    fold_changes,
    with_value,
)
from cloud.domain.catalogue_state import AGAIN_MS, COVERS_MAX, SETTLE_MS, WAIT_MS_MAX, CatalogueState
from shared.ids import Sku
from shared.products import ListPrice, ProductChange, ProductDetails, ProductPart

MUG = ProductDetails(
    sku=Sku("mug"), name="Mug, ash glaze", category="Pottery", price_minor=2_400, vat_rate_bp=1_900
)
HARBOUR, RIVERSIDE = "till-harbour/k7f3q2", "till-riverside/m4p8w2"


class Shop:
    """A catalogue in memory, folded as the cloud folds it; `issue` says what the next version includes."""

    def __init__(self):
        self.state, self.products, self.settlements = CatalogueState(), {}, []

    def fold(self, writer, *changes, knows=0, newcomer=False, seq=0):
        origin = Origin(writer=writer, knows_revision=knows, newcomer=newcomer, seq=seq)
        folded = fold_changes(self.state, self.products, changes, origin, at_ms=0)
        self.state, self.products = folded.state, {**self.products, **folded.products}
        self.settlements += folded.settlements
        return folded.settlements

    @property
    def details(self):
        return {sku: known.details for sku, known in self.products.items()}


@pytest.fixture
def shop():
    begun = Shop()
    begun.fold(CLOUD, ProductChange(before=None, after=MUG))
    return begun


def change(before=MUG, **fields):
    return ProductChange(before=before, after=replace(before, **fields))


def told(settlement):
    return (
        settlement.kept_source,
        settlement.kept_value,
        settlement.dropped_source,
        settlement.dropped_value,
    )


def test_the_first_import_of_a_till_simply_becomes_the_catalogue():
    shop = Shop()
    assert shop.fold(HARBOUR, ProductChange(before=None, after=MUG), newcomer=True) == ()
    assert shop.details == {"mug": MUG}


def test_different_fields_of_one_product_do_not_contradict(shop):
    shop.fold(HARBOUR, change(price_minor=2_500), knows=1)
    shop.fold(RIVERSIDE, change(name="Mug, ash"), knows=1)
    assert shop.details["mug"] == replace(MUG, price_minor=2_500, name="Mug, ash")
    assert shop.settlements == []


def test_of_two_prices_set_without_knowing_of_each_other_the_later_arrival_counts_and_both_are_told(shop):
    shop.fold(HARBOUR, change(price_minor=2_500), knows=1)
    (settled,) = shop.fold(RIVERSIDE, change(price_minor=2_600), knows=1)
    assert shop.details["mug"].price_minor == 2_600
    assert (settled.sku, settled.field) == ("mug", "price_minor")
    assert told(settled) == ("till-riverside", "2600", "till-harbour", "2500")


def test_the_same_value_from_both_is_no_contradiction(shop):
    for writer in (HARBOUR, RIVERSIDE):
        assert shop.fold(writer, change(price_minor=2_500), knows=1) == ()


def test_who_ran_the_version_that_includes_the_other_change_knew_it(shop):
    shop.fold(HARBOUR, change(price_minor=2_500), knows=1)
    dearer = replace(MUG, price_minor=2_500)
    assert shop.fold(RIVERSIDE, change(dearer, price_minor=2_600), knows=2) == ()
    assert shop.details["mug"].price_minor == 2_600


def test_a_tills_own_earlier_changes_never_contradict_it(shop):
    shop.fold(HARBOUR, change(price_minor=2_500), knows=1)
    assert shop.fold(HARBOUR, change(replace(MUG, price_minor=2_500), price_minor=2_600), knows=1) == ()
    assert shop.details["mug"].price_minor == 2_600


def test_an_entry_that_is_understood_only_later_undoes_nothing_that_its_till_said_after_it(shop):
    shop.fold(HARBOUR, change(price_minor=2_700), knows=1, seq=9)
    assert shop.fold(HARBOUR, change(price_minor=2_500, name="Cup"), knows=1, seq=5) == ()
    assert (shop.details["mug"].price_minor, shop.details["mug"].name) == (2_700, "Cup")


def test_the_makers_change_counts_like_that_of_a_source_named_cloud(shop):
    shop.fold(HARBOUR, change(price_minor=2_500), knows=1)
    (settled,) = shop.fold(CLOUD, change(price_minor=2_700), knows=1)
    assert told(settled) == (CLOUD, "2700", "till-harbour", "2500")


def test_a_card_imaged_again_that_reads_its_old_file_reverts_no_newer_price(shop):
    shop.fold(HARBOUR, change(price_minor=2_500), knows=1)
    again = "till-harbour/zzzzzz"
    (settled,) = shop.fold(again, ProductChange(before=None, after=MUG), newcomer=True)
    assert shop.details["mug"].price_minor == 2_500
    assert told(settled) == ("till-harbour", "2500", "till-harbour", "2400")


def test_a_file_without_barcode_and_colour_takes_none_away():
    shop = Shop()
    coded = replace(MUG, barcode="4006381333931", colour="#a0522d")
    shop.fold(CLOUD, ProductChange(before=None, after=coded))
    assert shop.fold(RIVERSIDE, ProductChange(before=None, after=MUG), newcomer=True) == ()
    assert shop.details["mug"] == coded


def test_two_tills_that_add_the_same_product_offline_are_settled_field_by_field(shop):
    bowl = ProductDetails(
        sku=Sku("bowl"), name="Bowl", category="Pottery", price_minor=3_000, vat_rate_bp=1_900
    )
    shop.fold(HARBOUR, ProductChange(before=None, after=bowl), knows=1)
    (settled,) = shop.fold(
        RIVERSIDE, ProductChange(before=None, after=replace(bowl, price_minor=3_200)), knows=1
    )
    assert (settled.field, settled.kept_value, settled.dropped_value) == ("price_minor", "3200", "3000")


def test_what_an_old_version_did_not_have_is_retired_and_not_forgotten():
    bowl = replace(MUG, sku=Sku("bowl"), name="Bowl")
    wanted = [replace(MUG, price_minor=2_000)]
    changes = {one.after.sku: one.after for one in changes_towards([MUG, bowl], wanted)}
    assert changes == {"mug": wanted[0], "bowl": replace(bowl, retired=True)}
    assert changes_towards([MUG], [MUG]) == []


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("price_minor", "2500", 2_500), ("retired", "true", True), ("name", "Cup", "Cup")],
)
def test_a_value_that_a_settlement_tells_can_be_set_again(name, text, value):
    assert getattr(with_value(MUG, name, text), name) == value


# -- Any interleaving -----------------------------------------------------------------------------------------

FIELDS = st.sampled_from(
    [("price_minor", 2_500), ("price_minor", 2_600), ("name", "Cup"), ("name", "Mug"), ("retired", True)]
)
SKUS = st.sampled_from(["mug", "bowl", "towel"])
EDITS = st.lists(st.tuples(SKUS, FIELDS), max_size=8)
BASE = {sku: replace(MUG, sku=Sku(sku)) for sku in ("mug", "bowl", "towel")}


def of_till(edits):
    """A till's own changes, each against what it had after the one before."""
    seen, changes = dict(BASE), []
    for sku, (name, value) in edits:
        after = replace(seen[sku], **{name: value})
        if after != seen[sku]:
            changes.append(ProductChange(before=seen[sku], after=after))
            seen[sku] = after
    return changes


def begun():
    shop = Shop()
    shop.fold(CLOUD, *(ProductChange(before=None, after=product) for product in BASE.values()))
    return shop


@given(EDITS, EDITS, st.lists(st.booleans(), max_size=16), st.lists(st.booleans(), max_size=16))
def test_whatever_the_order_the_last_to_arrive_counts_and_everybody_gets_the_same(
    left, right, order, versions
):
    queues = {HARBOUR: of_till(left), RIVERSIDE: of_till(right)}
    shop, expected, arrived = begun(), dict(BASE), {HARBOUR: set(), RIVERSIDE: set()}
    turns = [HARBOUR if first else RIVERSIDE for first in order] + [HARBOUR] * 8 + [RIVERSIDE] * 8
    for place, writer in enumerate(turns):
        if not queues[writer]:
            continue
        next_change = queues[writer].pop(0)
        shop.fold(writer, next_change, knows=1)
        if place < len(versions) and versions[place]:
            shop.state = shop.state.issued()  # when a version is issued changes nothing of what it says
        for name in ("price_minor", "name", "retired"):
            if getattr(next_change.before, name) != getattr(next_change.after, name):
                expected[next_change.after.sku] = replace(
                    expected[next_change.after.sku], **{name: getattr(next_change.after, name)}
                )
                arrived[writer].add((next_change.after.sku, name))
    assert shop.details == expected
    both = arrived[HARBOUR] & arrived[RIVERSIDE]
    assert {(settled.sku, settled.field) for settled in shop.settlements} <= both


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 99)), max_size=30))
def test_what_a_version_covers_never_goes_back(entries):
    state, before = CatalogueState(), {}
    for writer, seq in entries:
        state = state.covering(writer, seq)
        assert all(state.covers[key] >= held for key, held in before.items())
        before = dict(state.covers)


def test_covers_stay_bounded_and_keep_those_that_changed_something_last():
    state = CatalogueState()
    for number in range(COVERS_MAX + 5):
        state = state.covering(f"till-{number}/e", 1).covering("till-always/e", number + 1)
    assert len(state.covers) == COVERS_MAX
    assert state.covers["till-always/e"] == COVERS_MAX + 5


def test_a_burst_becomes_one_version_and_an_endless_one_still_comes_out():
    state = CatalogueState().changed(0, "mira")
    assert not state.is_due(SETTLE_MS - 1)
    assert state.is_due(SETTLE_MS)
    for at_ms in range(1_000, WAIT_MS_MAX, 1_000):
        state = state.changed(at_ms, "till-harbour")
        assert not state.is_due(at_ms + 1)
    assert state.is_due(WAIT_MS_MAX)
    assert not state.issued().is_due(10**9)
    assert state.names == ("mira", "till-harbour")


def test_a_version_that_could_not_be_issued_is_tried_again_after_a_minute():
    failed = replace(CatalogueState().changed(0, "mira"), problem="too large", first_waiting_ms=5_000)
    assert [failed.is_due(5_000 + waited_ms) for waited_ms in (0, AGAIN_MS - 1, AGAIN_MS)] == [
        False,
        False,
        True,
    ]


def test_a_clock_that_was_set_back_makes_nothing_wait():
    assert CatalogueState().changed(1_000_000, "mira").is_due(5)


def test_a_known_product_remembers_who_gave_each_field_its_value(shop):
    shop.fold(HARBOUR, change(price_minor=2_500), knows=1)
    known: KnownProduct = shop.products["mug"]
    assert {name: mark.writer for name, mark in known.marks.items() if mark.writer != CLOUD} == {
        "price_minor": HARBOUR
    }


# -- Fields that came later -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "other"),
    [
        ("weighed", True, False),
        ("favourite", True, False),
        ("cost_minor", 900, 950),
        ("prices", (ListPrice(list_name="members", price_minor=2_000),), ()),
        ("parts", (ProductPart(sku=Sku("tea"), quantity_milli=500),), ()),
        ("photo", "0" * 64, "1" * 64),
    ],
)
def test_a_field_that_came_later_is_brought_together_like_the_old_ones(shop, field, value, other):
    old = shop.products["mug"]
    shop.products["mug"] = replace(
        old, marks={"price_minor": old.marks["price_minor"]}
    )  # kept by an older cloud
    shop.fold(HARBOUR, change(**{field: value}), knows=1)
    shop.fold(RIVERSIDE, change(price_minor=2_500), knows=1)
    assert shop.details["mug"] == replace(MUG, price_minor=2_500, **{field: value})
    assert shop.settlements == []
    contested = change(replace(MUG, **{field: other}), **{field: value})
    assert shop.fold(RIVERSIDE, contested, knows=1) == ()  # both say the same
    if other:
        (settled,) = shop.fold(CLOUD, change(**{field: other}), knows=1)
        assert getattr(with_value(MUG, field, settled.dropped_value), field) == value


def test_a_till_that_does_not_know_the_new_fields_takes_none_away(shop):
    weighed = replace(MUG, unit="kg", weighed=True, cost_minor=900)
    shop.fold(CLOUD, change(unit="kg", weighed=True, cost_minor=900), knows=1)
    shop.fold(RIVERSIDE, change(price_minor=2_500), knows=0)
    shop.fold(HARBOUR, ProductChange(before=None, after=MUG), newcomer=True)
    assert shop.details["mug"] == replace(weighed, price_minor=2_500)
