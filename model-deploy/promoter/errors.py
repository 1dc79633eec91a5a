"""What can go wrong while promoting: a class for each failure that a person can act on, told in sentences."""

EXIT_REFUSED = 1
EXIT_USAGE = 2


class PromoterError(Exception):
    """A failure that is told as sentences, one a line: where, what, what to do next."""

    exit_code = EXIT_REFUSED

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class SettingsError(PromoterError):
    """The environment lacks a name, or holds a value that AWS would refuse."""

    exit_code = EXIT_USAGE


class ConfigError(PromoterError):
    """A stage configuration cannot be read or breaks its schema."""

    exit_code = EXIT_USAGE


class AwsCallError(PromoterError):
    """AWS refused a call or could not be reached."""


class PackageRefusedError(PromoterError):
    """The model package must not be deployed: not approved, of another group, or not the model that was registered."""


class ArchiveRefusedError(PromoterError):
    """The model artifact holds something that the allow-list of archive.py does not name, or cannot be read."""


class EndpointRefusedError(PromoterError):
    """The endpoint cannot be tested: not in service, or it serves another model package than the one expected."""
