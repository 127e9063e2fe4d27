"""A developer's machine: a home directory at the places where credentials are known to lie, its repositories, and the environment."""

from scanner.sources.workstation.environment import ENVIRON, ENVIRONMENT, exported
from scanner.sources.workstation.locate import HomeFile, locate, read_home_file
from scanner.sources.workstation.repositories import FoundRepository, find_repositories

__all__ = [
    "ENVIRON",
    "ENVIRONMENT",
    "FoundRepository",
    "HomeFile",
    "exported",
    "find_repositories",
    "locate",
    "read_home_file",
]
