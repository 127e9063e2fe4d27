"""A home directory, read at the places where credentials are known to lie and nowhere else."""

from scanner.sources.workstation.catalogue import CATALOGUE, Row
from scanner.sources.workstation.locate import HomeFile, locate, read_home_file

__all__ = ["CATALOGUE", "HomeFile", "Row", "locate", "read_home_file"]
