"""The forecast model in force: the one that came down if there is one, else the till's built-in; swapped as a whole."""

from device.domain.documents import Accepted, Documents
from device.domain.forecast import ForecastModelError
from device.domain.forecasting.trial import Origin
from device.ports.forecast import Forecaster, ModelOpener
from shared.documents import Document, DocumentKind, ModelContent


class Models:
    """Gives the forecaster that counts. `built_in` is None where it cannot be used; `missing` then says why."""

    def __init__(self, *, built_in: Forecaster | None, missing: str, opener: ModelOpener) -> None:
        self._built_in = built_in
        self.missing = missing
        self._opener = opener
        self._opened: dict[str, Forecaster] = {}

    def open(self, document: Document) -> None:
        """Load the model of a document and try it; waits. Raises ForecastModelError; the one before still counts."""
        content = document.content
        if isinstance(content, ModelContent) and content.onnx and document.hash not in self._opened:
            opened = self._opener(content, name=f"of document {document.version}")
            self._opened = {**self._opened, document.hash: opened}

    def reopen(self, documents: Documents) -> list[tuple[Document, ForecastModelError]]:
        """Load what was accepted before a restart; return what cannot be used any more."""
        faults = []
        for one in _models_of(documents):
            try:
                self.open(one.document)
            except ForecastModelError as error:
                if one is not documents.model_before:  # which counts no more, so nobody need mend it
                    faults.append((one.document, error))
        return faults

    def keep_only(self, documents: Documents) -> None:
        """Let go of the models that no document holds any more."""
        held = {one.document.hash for one in _models_of(documents)}
        self._opened = {hash_: model for hash_, model in self._opened.items() if hash_ in held}

    def in_force(self, documents: Documents) -> Forecaster | None:
        """Return the forecaster that counts; a document without a model brings the built-in one back."""
        accepted = documents.in_force(DocumentKind.MODEL)
        opened = self._opened.get(accepted.document.hash) if accepted else None
        return self._built_in if opened is None else opened

    def contenders(self, documents: Documents) -> tuple[tuple[Origin, Forecaster], ...]:
        """Return the one that should forecast, and after it those that may turn out to be nearer on this till."""
        accepted, before = documents.in_force(DocumentKind.MODEL), documents.model_before
        found = []
        for origin, one in ((Origin.CAME_DOWN, accepted), (Origin.BEFORE, before)):
            opened = self._opened.get(one.document.hash) if one else None
            if opened is None and origin is Origin.CAME_DOWN:
                break  # none came, or it was taken back: then the built-in one is meant, and no other
            if opened is not None:
                found.append((origin, opened))
        if self._built_in is not None:
            found.append((Origin.BUILT_IN, self._built_in))
        return tuple(found)


def _models_of(documents: Documents) -> tuple[Accepted, ...]:
    """Return the documents of models that count, and the one before."""
    before = documents.model_before
    return (*documents.of_kind(DocumentKind.MODEL), *([before] if before else []))
