"""SQL of the facts, kept in .sql files so that it reads as SQL."""

from pathlib import Path

HERE = Path(__file__).parent


def sql(name: str) -> str:
    """The text of one file."""
    return (HERE / f"{name}.sql").read_text("utf-8")
