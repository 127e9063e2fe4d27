"""Logs of CI jobs: what a job printed, with what the system put around it taken away.

`recognise` tells how a log is written, `Cleaner` takes out times and control sequences, `locate` leads from the clean text back to the file, and
`called` and the trackers say which job and step wrote there. A new system is one file with its signs and markers, and its name in `systems`.
"""

from scanner.sources.ci_logs.answers import Answer, answer_of
from scanner.sources.ci_logs.chunks import Pull
from scanner.sources.ci_logs.cleaning import Cleaner
from scanner.sources.ci_logs.locate import Origin, Spot, locate
from scanner.sources.ci_logs.names import Called, called
from scanner.sources.ci_logs.systems import HEAD, Recognised, recognise
from scanner.sources.ci_logs.tracker import Told, Tracker

__all__ = [
    "HEAD",
    "Answer",
    "Called",
    "Cleaner",
    "Origin",
    "Pull",
    "Recognised",
    "Spot",
    "Told",
    "Tracker",
    "answer_of",
    "called",
    "locate",
    "recognise",
]
