"""Settings come from the environment; a bad one stops the start with one line."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


class BadSetting(SystemExit):
    """A setting that cannot be used; the text is the whole message a person sees."""


def text(name: str, default: str = "") -> str:
    """The value, or the default when unset or empty."""
    return os.environ.get(name, "").strip() or default


def required(name: str, reason: str) -> str:
    """The value; without it the start stops."""
    value = text(name)
    if not value:
        raise BadSetting(f"{name} is not set: {reason}.")
    return value


def flag(name: str, default: bool) -> bool:
    """1, true, yes, on or 0, false, no, off; anything else stops the start."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(f"{name}={value!r} is not understood: write 1 or 0.")


def number(name: str, default: int, *, at_least: int = 0) -> int:
    """A whole number, not below `at_least`."""
    value = text(name)
    if not value:
        return default
    if not value.isdigit() or int(value) < at_least:
        raise BadSetting(
            f"{name}={value!r} is not understood: write a whole number from {at_least}."
        )
    return int(value)


def words(name: str) -> list[str]:
    """A list written with commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def secret_or_file(name: str) -> str:
    """A secret given as NAME, or as NAME_FILE, the path of a file that holds it."""
    path = text(f"{name}_FILE")
    if not path:
        return text(name)
    if text(name):
        raise BadSetting(f"{name} and {name}_FILE are both set: keep one.")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadSetting(f"{name}_FILE={path} cannot be read: {error.strerror}.") from None


def kept_secret(path: Path) -> str:
    """A secret made once and kept in a file only its owner reads; for development."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f"{path.name}.{os.getpid()}")
    if not path.exists():
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(64), encoding="utf-8")
        try:
            # A link never replaces: of two first starts at once, one secret wins.
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_text(encoding="utf-8").strip()
