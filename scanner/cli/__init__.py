"""The command line: one thin file a command, and one place where the process ends."""

from scanner.cli.app import main

__all__ = ["main"]
