"""Finds what detectors recognise in a blob, however it is encoded there."""

from scanner.engine.engine import Engine, Preceding, build
from scanner.engine.filters import masked
from scanner.engine.found import NOTHING, Examined, Found, Layer, Limits
from scanner.engine.looked import Looked, carried
from scanner.engine.runs import Wide, wide_of

__all__ = [
    "NOTHING",
    "Engine",
    "Examined",
    "Found",
    "Layer",
    "Limits",
    "Looked",
    "Preceding",
    "Wide",
    "build",
    "carried",
    "masked",
    "wide_of",
]
