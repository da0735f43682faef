"""Randomness from the operating system."""

import secrets


class SystemSecrets:
    """Bears the port Secrets."""

    def token(self) -> str:
        """Return a fresh token of 256 bits as text."""
        return secrets.token_urlsafe(32)

    def choose(self, letters: str) -> str:
        """Return one letter of a text."""
        return secrets.choice(letters)
