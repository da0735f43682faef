"""What can go wrong in the cloud that no caller can answer with a value: one root, leaves with fields."""


class CloudError(Exception):
    """Root of the cloud's own errors; its text names the thing and the remedy."""


class UnknownTenantError(CloudError):
    """A command names a tenant that was never made."""

    def __init__(self, tenant: str) -> None:
        super().__init__(f"there is no tenant “{tenant}” here: make it with `stallholder cloud init`")
        self.tenant = tenant


class NameTakenError(CloudError):
    """A user's name is in use already; names are unique over all tenants, because people sign in with it alone."""

    def __init__(self, user: str) -> None:
        super().__init__(f"the user “{user}” exists already: choose another name")
        self.user = user


class RootKeyError(CloudError):
    """The root key is missing or damaged."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f"the root key {path} {reason}: run `stallholder cloud init`, or restore it from a backup"
        )
        self.path = path
        self.reason = reason


class DatabaseNewerError(CloudError):
    """The database was written by a newer version than this one."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"the database has schema {revision}, which this version does not know: update Stallholder"
        )
        self.revision = revision


class WeakPasswordError(CloudError):
    """A password is too short to guard a shop's figures, or longer than anybody types."""

    def __init__(self, length: int, least: int, most: int) -> None:
        super().__init__(f"the password has {length} characters: use {least} to {most}")
        self.length = length
        self.least = least
        self.most = most
