"""Whose an appeal may be and what it is about, learned from the sector's own answered appeals."""
