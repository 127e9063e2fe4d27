"""What a value is called where it stands: its key, the host and the account it belongs to, the tool whose file it is in."""

from scanner.sources.fields.named import Named, cleaned
from scanner.sources.fields.namer import Namer, name_place

__all__ = ["Named", "Namer", "cleaned", "name_place"]
