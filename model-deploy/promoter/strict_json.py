"""Edge: JSON as a person wrote it. A syntax error is told with line and column, and a key written twice is an error."""

import codecs
import json

from promoter.errors import ConfigError

_TYPE_NAMES = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}


def parse_object(text: bytes, *, name: str) -> dict[str, object]:
    """The object in `text`; `name` is what the sentences call the file."""
    if text.startswith(codecs.BOM_UTF8):
        raise ConfigError(f"{name}: starts with a byte order mark: save the file as UTF-8 without one.")
    try:
        parsed: object = json.loads(
            text.decode("utf-8"),
            object_pairs_hook=lambda pairs: _unique(pairs, name=name),
            parse_constant=lambda word: _refuse_constant(word, name=name),
        )
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name}: byte {error.start} is not UTF-8: save the file as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise ConfigError(f"{name}: line {error.lineno}, column {error.colno}: not valid JSON: {error.msg}.") from error
    except (RecursionError, ValueError) as error:
        raise ConfigError(f"{name}: not valid JSON: {error}.") from error
    if not isinstance(parsed, dict):
        raise ConfigError(f"{name}: must hold one JSON object, not {describe_type(parsed)}.")
    return parsed


def describe_type(value: object) -> str:
    return _TYPE_NAMES.get(type(value), f"the number {value}")


def _unique(pairs: list[tuple[str, object]], *, name: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ConfigError(f'{name}: the key "{key}" is written twice: remove one.')
        found[key] = value
    return found


def _refuse_constant(word: str, *, name: str) -> object:
    raise ConfigError(f"{name}: {word} is not a JSON value.")
