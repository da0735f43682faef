"""What the till sells now, worked out once for each version of the documents and each change of its own."""

from device.domain.assortment import Assortment, assort
from device.domain.till_state import TillState
from device.ports.ledger import Ledger
from device.ports.stores import DocumentStore, SettingsStore


class CurrentAssortment:
    """Gives the same value until a document is accepted or a product is changed; may be asked from any thread."""

    def __init__(self, *, ledger: Ledger, documents: DocumentStore, settings: SettingsStore) -> None:
        self._ledger = ledger
        self._documents = documents
        self._settings = settings
        self._last: tuple[tuple[object, ...], Assortment] = ((), Assortment())

    def now(self) -> Assortment:
        """Return what counts by what is on the disk."""
        return self.of(self._ledger.state)

    def of(self, state: TillState) -> Assortment:
        """Return what counts for a decision that sees this state. One tuple is replaced as a whole: never a mixture."""
        asked = (self._documents.current, self._settings.current.catalogue, state.own_changes)
        before, assortment = self._last
        if len(before) != len(asked) or any(was is not now for was, now in zip(before, asked, strict=True)):
            assortment = assort(asked[0], asked[1], state, self._ledger.stream)
            self._last = (asked, assortment)
        return assortment
