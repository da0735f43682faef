"""What this till changed, over what the cloud sent: the same whichever came first, and never half of it."""

import json
from dataclasses import asdict, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from device.domain.catalogue import Catalogue, Product
from device.domain.growing import GrowingMap
from device.domain.own_changes import CHANGES_PER_ENTRY, OwnChanges, lay_over, record_changes, with_entry
from device.domain.till_snapshot import dump_state, load_state
from device.domain.till_state import TillState
from shared.entry import ENTRY_BYTES_MAX, encode_json
from shared.events.event import event_body
from shared.ids import Sku
from shared.products import ProductChange, changed_fields

SKUS = ("bowl", "jam", "mug")
PRODUCTS = st.builds(
    Product,
    sku=st.sampled_from(SKUS).map(Sku),
    name=st.sampled_from(["Bowl", "Jam", "Big bowl"]),
    category=st.just("Pottery"),
    price_minor=st.integers(1, 5),
    vat_rate_bp=st.just(1900),
    colour=st.sampled_from(["", "red"]),
    retired=st.booleans(),
)


def catalogue_of(products: list[Product]) -> Catalogue:
    return Catalogue(version=1, products=tuple({product.sku: product for product in products}.values()))


def replayed(
    base: Catalogue, entries: list[tuple[int, tuple[ProductChange, ...]]], covered: int
) -> dict[str, Product]:
    """The rule, entry by entry: fields that a change touched are as it left them; a product that the base lacks is as this
    till knew it last."""
    found: dict[str, Product] = {product.sku: product for product in base.products}
    missing = {change.after.sku for _, changes in entries for change in changes} - found.keys()
    for seq, changes in entries:
        for change in changes if seq > covered else ():
            fields: dict[str, Any] = {name: getattr(change.after, name) for name in changed_fields(change)}
            sku = change.after.sku
            if sku in missing:
                found[sku] = change.after
            elif fields:
                found[sku] = replace(found[sku], **fields)
    return found


@settings(max_examples=150)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("change"), st.lists(PRODUCTS, min_size=1, max_size=3)),
            st.tuples(st.just("document"), st.lists(PRODUCTS, max_size=3)),
        ),
        max_size=12,
    ),
    st.data(),
)
def test_any_order_of_documents_and_changes_ends_as_a_replay_of_the_ledger_over_the_last_document(
    steps: list[tuple[str, list[Product]]], data: st.DataObject
) -> None:
    base, covered = Catalogue(), 0
    own: OwnChanges = GrowingMap()
    entries: list[tuple[int, tuple[ProductChange, ...]]] = []
    for what, products in steps:
        if what == "document":  # one of any age: it covers any number of the entries that there are
            base, covered = catalogue_of(products), data.draw(st.integers(0, len(entries)))
            continue
        now = lay_over(base, own, covered)
        for event in record_changes(now, catalogue_of(products).products, cashier="Mira"):
            entries.append((len(entries) + 1, event.changes))
            own = with_entry(own, event.changes, len(entries))
        after = lay_over(base, own, covered)
        for product in products[-1:]:
            assert after.find(product.sku) == product
    effective = lay_over(base, own, covered)
    assert {product.sku: product for product in effective.products} == replayed(base, entries, covered)
    assert effective.waiting == len({c.after.sku for seq, changes in entries if seq > covered for c in changes
                                     if changed_fields(c)})  # fmt: skip
    state = TillState(own_changes=own, products_changed_seq=len(entries))
    again = load_state(json.loads(json.dumps(dump_state(state))))
    assert lay_over(base, again.own_changes, covered) == effective


def test_a_change_that_the_cloud_has_taken_in_gives_way_to_what_the_cloud_says() -> None:
    bowl = Product(sku=Sku("bowl"), name="Bowl", category="Pottery", price_minor=2400, vat_rate_bp=1900)
    changed = replace(bowl, price_minor=2500)
    own = with_entry(GrowingMap(), [ProductChange(before=bowl, after=changed)], 7)
    base = Catalogue(version=3, products=(replace(bowl, price_minor=2600, name="Blue bowl"),))
    on_its_way, covered = lay_over(base, own, 6), lay_over(base, own, 7)
    assert on_its_way.products == (replace(changed, name="Blue bowl"),)
    assert (on_its_way.waiting, covered.waiting) == (1, 0)
    assert covered.products == base.products


def test_many_changes_are_cut_into_entries_and_what_is_so_already_is_not_said() -> None:
    products = [
        Product(sku=Sku(f"p{n}"), name="P", category="C", price_minor=n, vat_rate_bp=0)
        for n in range(2 * CHANGES_PER_ENTRY + 1)
    ]
    events = record_changes(Catalogue(), products, cashier="Mira")
    assert [len(event.changes) for event in events] == [CHANGES_PER_ENTRY, CHANGES_PER_ENTRY, 1]
    known = Catalogue(products=tuple(products))
    assert record_changes(known, products, cashier="Mira") == ()


def test_the_longest_names_that_may_be_fit_the_entries_that_they_are_cut_into() -> None:
    longest = "\U0001f3fa" * 120
    before = [
        Product(sku=Sku(f"p{n}"), name=longest, category=longest, price_minor=n, vat_rate_bp=0)
        for n in range(150)
    ]
    events = record_changes(
        Catalogue(products=tuple(before)), [replace(one, price_minor=10**8) for one in before], cashier="Mira"
    )
    assert sum(len(event.changes) for event in events) == 150
    assert all(len(encode_json(event_body(event))) < ENTRY_BYTES_MAX for event in events)


def test_retired_products_are_found_and_not_offered() -> None:
    bowl = Product(
        sku=Sku("bowl"), name="Bowl", category="Pottery", price_minor=1, vat_rate_bp=0, retired=True
    )
    catalogue = Catalogue(products=(bowl,))
    assert (catalogue.find(bowl.sku), catalogue.offered) == (bowl, ())
    assert asdict(bowl)["retired"] is True
