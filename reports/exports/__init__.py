"""Rows of appeals as a file: what each row holds, and how it is written without keeping it all in mind."""
