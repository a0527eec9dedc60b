"""SQL the migrations run, kept in .sql files so that it reads as SQL."""

from pathlib import Path
from typing import Final

TEXT_FUNCTIONS: Final[str] = (Path(__file__).parent / "text_functions.sql").read_text("utf-8")
