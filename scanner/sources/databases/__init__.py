"""SQLite databases: their cells by SQLite's own reader, and what lies in the file beside them."""

from scanner.sources.databases.head import enciphered, is_database

__all__ = ["enciphered", "is_database"]
