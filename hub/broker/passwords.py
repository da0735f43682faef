"""How the brokers keep passwords: hashed, each in its own way, from the same password.

A password of 192 random bits needs no slow hash; a hub with many tills that come back at once does need a fast one.
"""

import base64
import hashlib
import secrets

import bcrypt

_PASSWORD_BYTES = 24
_BCRYPT_COST = 6
_PBKDF2_ITERATIONS = 101  # mosquitto_passwd's own default
_SALT_BYTES = 12


def make_password() -> str:
    """Return a new password."""
    return secrets.token_urlsafe(_PASSWORD_BYTES)


def bcrypt_hash(password: str) -> str:
    """Return what nats-server keeps."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(_BCRYPT_COST)).decode()


def pbkdf2_hash(password: str) -> str:
    """Return what mosquitto 2 keeps: `$7$iterations$salt$hash`, PBKDF2 with SHA-512, as mosquitto_passwd writes it."""
    salt = secrets.token_bytes(_SALT_BYTES)
    derived = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _PBKDF2_ITERATIONS)
    return f"$7${_PBKDF2_ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(derived).decode()}"
