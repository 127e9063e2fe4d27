"""The runs: from what the user named to an outcome. With its parts, the only package that joins boxes.

Modules are imported by name, so that a command loads what it needs and no more.
"""
