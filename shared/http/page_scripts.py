"""Our pages' scripts as they travel: without comments and indentation, otherwise the very program that we wrote.

The pages are plain ES modules with their types in comments, and nothing is built. What a phone fetches need not carry
the comments. Names stay, and so do most line ends, so that what a browser reports can still be found in the source.

The grammar is ECMAScript's lexical one (ECMA-262, section 12). Whether a slash divides or begins a regular expression
depends on what stands before it. The rule here knows the cases that our own code has, and a test holds that esbuild
makes the same program of each file before and after.
"""

import re
from typing import cast

_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<comment>//[^\n]*|/\*.*?\*/)
    | (?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    | (?P<word>[\w$\#]+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_REGULAR_EXPRESSION = re.compile(r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/")
_TEMPLATE_TEXT = re.compile(r"(?:\\.|\$(?!\{)|[^`\\$])*", re.DOTALL)
_BEFORE_AN_EXPRESSION = frozenset("(,=:[!&|?{};+-*%<>~^")
_WORDS_BEFORE_AN_EXPRESSION = frozenset(
    {"return", "typeof", "case", "in", "of", "do", "else", "void", "await"}
)
_NEEDS_NO_LINE_END = frozenset("{([,;")


def without_comments(script: str) -> str:
    """Return the same program without comments and indentation.

    Raises:
        ValueError: A template, or an expression within one, does not end.
    """
    stripping = _Stripping(script)
    stripping.code(within_template=False)
    return "".join(stripping.kept).strip()


class _Stripping:
    """Goes through a script from its begin to its end; `kept` are the tokens to keep."""

    def __init__(self, script: str) -> None:
        self.kept: list[str] = []
        self._script = script
        self._at = 0
        self._gap = ""

    def code(self, *, within_template: bool) -> None:
        """Go on to the script's end, or to the brace that ends the expression within a template."""
        depth = 0
        while self._at < len(self._script):
            if self._script[self._at] == "`":
                self._template()
                continue
            kind, text = self._next_token()
            depth += {"{": 1, "}": -1}.get(text, 0)
            if within_template and depth < 0:
                return
            self._at += len(text)
            self._take(kind, text)
        if within_template:
            raise ValueError("an expression within a template does not end")

    def _next_token(self) -> tuple[str, str]:
        expression = _REGULAR_EXPRESSION.match(self._script, self._at) if self._expects_expression() else None
        if expression:
            return "expression", expression[0]
        token = cast("re.Match[str]", _TOKEN.match(self._script, self._at))  # any character is one
        return str(token.lastgroup), token[0]

    def _expects_expression(self) -> bool:
        last = self.kept[-1] if self.kept else ";"
        return last[-1] in _BEFORE_AN_EXPRESSION or last in _WORDS_BEFORE_AN_EXPRESSION

    def _take(self, kind: str, text: str) -> None:
        if kind in {"space", "comment"}:
            self._gap = "\n" if "\n" in self._gap + text else " "
            return
        self._close_gap(text)
        self.kept.append(text)

    def _close_gap(self, following: str) -> None:
        """Keep of a gap what the grammar needs: a line end that may end a statement, a space between two words."""
        gap, self._gap = self._gap, ""
        before = self.kept[-1] if self.kept else ";"
        if gap == "\n" and before[-1] not in _NEEDS_NO_LINE_END:
            self.kept.append("\n")
        elif gap == " " and _would_run_together(before[-1], following[0]):
            self.kept.append(" ")

    def _template(self) -> None:
        self._close_gap("`")
        begin = self._at
        self._at += 1
        while True:
            self._at = cast(
                "re.Match[str]", _TEMPLATE_TEXT.match(self._script, self._at)
            ).end()  # no text is one, too
            if self._script.startswith("`", self._at):
                break
            if not self._script.startswith("${", self._at):
                raise ValueError("a template does not end")
            self._at += 2
            self.kept.append(self._script[begin : self._at])
            self.code(within_template=True)
            self._gap = ""
            begin = self._at
            self._at += 1
        self._at += 1
        self.kept.append(self._script[begin : self._at])


def _would_run_together(before: str, after: str) -> bool:
    wordly = all(one.isalnum() or one in "_$#" for one in (before, after))
    return wordly or (before == after and before in "+-/")
