"""What a terminal's codes mean, for people (ZVT PA00P015, chapter 10: error messages)."""

_WHY = {
    0x64: "The card could not be read.",
    0x65: "No card was shown.",
    0x66: "The card could not be processed.",
    0x67: "This kind of card is not taken for that.",
    0x68: "This kind of card is not taken for that.",
    0x6A: "The terminal's memory is full: do its end of day.",
    0x6B: "The terminal does not know this till.",
    0x6C: "It was broken off, or nobody showed a card in time.",
    0x6E: "The card is blocked.",
    0x6F: "The terminal takes another currency.",
    0x71: "There is not enough on the card.",
    0x72: "The card's chip could not be read.",
    0x73: "The card's data are not right.",
    0x77: "The terminal cannot do its end of day now.",
    0x78: "The card has expired.",
    0x79: "The card is not valid yet.",
    0x7A: "The terminal does not know this card.",
    0x7D: "The terminal has no connection.",
    0x83: "The terminal cannot do that now.",
    0x9B: "The terminal has no connection to the bank.",
    0x9C: "The terminal is busy.",
    0xA0: "The terminal is busy.",
    0xA1: "The bank does not answer the terminal.",
    0xA3: "The terminal has no connection.",
    0xB2: "The terminal's journal is full: do its end of day.",
    0xB4: "That was undone before.",
    0xB5: "The terminal cannot undo that.",
    0xC3: "The amount is more than the terminal takes.",
    0xC5: "This way of paying is not taken.",
    0xC6: "The terminal takes another currency.",
    0xC8: "The amount is less than the terminal takes.",
    0xCC: "The terminal's printer is not ready.",
    0xE0: "The terminal is being serviced.",
    0xE4: "The terminal has to be activated first.",
    0xF0: "The terminal's last end of day is not finished.",
}
AWAY, NO_LAST_WORD, NO_NUMBER, NOT_ZVT = "away", "no-last-word", "no-number", "not-zvt"
_OTHERWISE = {
    AWAY: "The terminal does not answer: is it on, and in the same network?",
    NO_LAST_WORD: "The terminal did not say what became of it.",
    NO_NUMBER: "The terminal gave no number for it.",
    NOT_ZVT: "What answers there does not speak as a card terminal does.",
}
_BUSY = frozenset({0x83, 0x9C, 0xA0})
_PASSING = _BUSY | {0x6C, 0x7D, 0x9B, 0xA1, 0xA3}
"""What may be otherwise in a minute: busy, broken off, no connection."""
UNDONE_BEFORE = "b4"


def why_word(code: int | None) -> str:
    """Return a result code as a word for programs: "6c"."""
    return "" if code is None else f"{code:02x}"


def say_why(word: str) -> str:
    """Return in a sentence why a terminal did not do it, by the word of `why_word` or one of `_OTHERWISE`."""
    if word in _OTHERWISE:
        return _OTHERWISE[word]
    code = int(word, 16) if word else None
    if code is None:
        return "The terminal said no."
    return _WHY.get(code, f"The terminal said no (its code is {code:02X}).")


def is_busy(code: int | None) -> bool:
    """Tell whether a terminal did not begin because it is still at something."""
    return code in _BUSY


def is_final_no(word: str) -> bool:
    """Tell whether a terminal itself said no to something that it will not do in a minute either."""
    return bool(word) and word not in _OTHERWISE and int(word, 16) not in _PASSING


def say_progress(code: int | None) -> str:
    """Return a word for how far a terminal is: connecting, card, pin, bank, remove-card, wait."""
    if code is None:
        return "wait"
    status = code & 0x3F if code < 0x80 else code
    if status in {0x01, 0x02, 0x15}:
        return "pin"
    if status == 0x0A:
        return "card"
    if status in {0x04, 0x06, 0x0E, 0x17}:
        return "remove-card" if code & 0x40 else "bank"
    return "remove-card" if code & 0x40 or status == 0x0B else "wait"
