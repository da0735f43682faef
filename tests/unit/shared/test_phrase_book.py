"""A book of phrases: what fits best is said, reasons inside refusals too, numbers as they are written there."""

from hypothesis import given
from hypothesis import strategies as st

from shared.http.spoken import language_of
from shared.phrase_book import TEXT_MAX, PhraseBook

BOOK = PhraseBook({
    "{said} Nothing was sold.": "{said} Es wurde nichts verkauft.",
    "a name has 1 to {n} letters": "ein Name hat 1 bis {n} Buchstaben",
    "The cart is empty.": "Der Korb ist leer.",
    "There is no “{sku}”. Nothing was sold.": "Es gibt kein „{sku}“. Es wurde nichts verkauft.",
    "It costs {n#} {c}, not {m#} {d}: {why}.": "Es kostet {n#} {c}, nicht {m#} {d}: {why}.",
    "it is good from {day}": "es gilt ab {day}",
})  # fmt: skip


def test_what_is_more_exact_goes_before_what_is_less() -> None:
    assert BOOK.say("There is no “jug”. Nothing was sold.") == "Es gibt kein „jug“. Es wurde nichts verkauft."
    assert BOOK.say("The cart is empty. Nothing was sold.") == "Der Korb ist leer. Es wurde nichts verkauft."


def test_reasons_are_sentences_too_and_numbers_and_days_are_written_as_there() -> None:
    assert BOOK.say("A name has 1 to 1,000 letters.") == "Ein Name hat 1 bis 1.000 Buchstaben."
    assert (
        BOOK.say("A name has 1 to 40 letters. Nothing was sold.")
        == "Ein Name hat 1 bis 40 Buchstaben. Es wurde nichts verkauft."
    )
    said = BOOK.say("It costs 1,250.50 EUR, not -3.00 EUR: it is good from 2026-11-05.")
    assert said == "Es kostet 1.250,50 EUR, nicht -3,00 EUR: es gilt ab 5.11.2026."


def test_what_the_book_does_not_know_stays_as_it_is() -> None:
    assert not BOOK.knows("Something else happened.")
    assert BOOK.say("Something else happened.") == "Something else happened."
    assert BOOK.say("") == ""
    assert BOOK.say("x" * (TEXT_MAX + 1)) == "x" * (TEXT_MAX + 1)


@given(st.text(max_size=TEXT_MAX + 10))
def test_whatever_somebody_typed_comes_back(text: str) -> None:
    said = BOOK.say(f"There is no “{text}”. Nothing was sold.")
    assert text in said or BOOK.say(text) in said


def test_the_first_language_that_there_is_counts() -> None:
    german = frozenset({"de"})
    assert [language_of(header, german) for header in ("de", "de-CH, en", "fr;q=0.9, de;q=0.8", "en, de", "", "*")] == [
        "de", "de", "de", "en", "en", "en",
    ]  # fmt: skip
