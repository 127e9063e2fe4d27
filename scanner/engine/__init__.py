"""Finds what detectors recognise in a blob, however it is encoded there."""

from scanner.engine.engine import Engine, build
from scanner.engine.found import NOTHING, Examined, Found, Layer, Limits
from scanner.engine.workers import deal

__all__ = ["NOTHING", "Engine", "Examined", "Found", "Layer", "Limits", "build", "deal"]
