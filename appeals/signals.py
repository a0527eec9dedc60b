"""Sent inside the transaction; listeners only enqueue work for after the commit."""

from django.dispatch import Signal

appeal_registered = Signal()  # appeal, entry
appeal_moved = Signal()  # appeal, entry, about (what else moved with it, if anything)
caller_answered = Signal()  # appeal, entry
