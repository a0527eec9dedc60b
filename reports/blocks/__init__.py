"""What reports are made of. A block turns a period into headings, sentences, tables and charts."""

from reports.blocks.base import BLOCKS, BlockSort, Context, default_order, register
from reports.blocks.registry import load

load()

__all__ = ["BLOCKS", "BlockSort", "Context", "default_order", "register"]
