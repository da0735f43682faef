"""The forecast model in force: the one that came down if there is one, else the till's built-in; swapped as a whole."""

from device.domain.documents import Documents
from device.domain.forecast import ForecastModelError
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
        for one in documents.of_kind(DocumentKind.MODEL):
            try:
                self.open(one.document)
            except ForecastModelError as error:
                faults.append((one.document, error))
        return faults

    def keep_only(self, documents: Documents) -> None:
        """Let go of the models that no document holds any more."""
        held = {one.document.hash for one in documents.of_kind(DocumentKind.MODEL)}
        self._opened = {hash_: model for hash_, model in self._opened.items() if hash_ in held}

    def in_force(self, documents: Documents) -> Forecaster | None:
        """Return the forecaster that counts; a document without a model brings the built-in one back."""
        accepted = documents.in_force(DocumentKind.MODEL)
        opened = self._opened.get(accepted.document.hash) if accepted else None
        return self._built_in if opened is None else opened
