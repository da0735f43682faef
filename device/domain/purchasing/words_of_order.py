"""The few words of an order to a supplier, in the supplier's language."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "order": "Order", "date": "Date", "from": "From", "to": "To", "article": "Article", "name": "Name",
        "packs": "Packs", "pack": "Per pack", "price": "Price", "sum": "Sum", "shipping": "Shipping", "total": "Total",
        "expected": "We expect it by", "page": "Page",
        "subject": "Order {number} from {stall}",
        "body": "Hello {supplier},\n\nplease send us what stands in the attached order {number}. It comes to {total}.\n"
                "We expect it by {expected}. Please tell us if that cannot be.\n\nThe order is attached as a PDF to read and as a "
                "CSV file for your programs.\n\nKind regards\n{stall}\n",
        "chase_subject": "Our order {number}: when will it come?",
        "chase": "Hello {supplier},\n\nwe ordered {number} on {placed} and expected it by {expected}. These are still missing:\n"
                 "{missing}\n\nCould you send it soon, or tell us when it will come?\n\nKind regards\n{stall}\n",
    },
    "de": {
        "order": "Bestellung", "date": "Datum", "from": "Von", "to": "An", "article": "Artikel", "name": "Bezeichnung",
        "packs": "Packungen", "pack": "Je Packung", "price": "Preis", "sum": "Summe", "shipping": "Versand",
        "total": "Gesamt", "expected": "Wir rechnen damit bis", "page": "Seite",
        "subject": "Bestellung {number} von {stall}",
        "body": "Guten Tag {supplier},\n\nbitte schicken Sie uns, was in der beigefügten Bestellung {number} steht. Sie kostet "
                "zusammen {total}.\nWir rechnen damit bis {expected}. Bitte sagen Sie uns, falls das nicht geht.\n\n"
                "Die Bestellung liegt als PDF zum Lesen bei und als CSV-Datei für Ihre Programme.\n\nFreundliche Grüße\n{stall}\n",
        "chase_subject": "Unsere Bestellung {number}: Wann kommt sie?",
        "chase": "Guten Tag {supplier},\n\nwir haben {number} am {placed} bestellt und bis {expected} damit gerechnet. "
                 "Noch fehlen:\n{missing}\n\nKönnen Sie sie bald schicken oder uns sagen, wann sie kommt?\n\n"
                 "Freundliche Grüße\n{stall}\n",
    },
}  # fmt: skip
