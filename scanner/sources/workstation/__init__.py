"""A developer's machine: a home directory at the places where credentials are known to lie, its repositories, and the environment; and what lies outside."""

from scanner.sources.workstation.caches import is_cache, is_kernels
from scanner.sources.workstation.environment import ENVIRON, ENVIRONMENT, exported
from scanner.sources.workstation.locate import HomeFile, locate, locate_outside, read_home_file
from scanner.sources.workstation.processes import PROCESSES, Inherited, are_shown, inherited
from scanner.sources.workstation.repositories import FoundRepository, find_repositories

__all__ = [
    "ENVIRON",
    "ENVIRONMENT",
    "PROCESSES",
    "FoundRepository",
    "HomeFile",
    "Inherited",
    "are_shown",
    "exported",
    "find_repositories",
    "inherited",
    "is_cache",
    "is_kernels",
    "locate",
    "locate_outside",
    "read_home_file",
]
