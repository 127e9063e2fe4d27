"""Public halves and partial sightings in the public shape, and back."""

from __future__ import annotations

from scanner import model
from scanner.reports import shape_pairs as shape


def of_anchor(one: model.TrustAnchor) -> shape.TrustAnchor:
    """The place of a public half, without the mark that it was compared by."""
    return shape.TrustAnchor(
        container=one.container,
        path=one.path,
        line=one.line,
        kind=one.kind,
        trust=one.trust,
        field=one.field,
        in_head=one.in_head,
        commit=one.commit,
        count=one.count,
    )


def to_anchor(one: shape.TrustAnchor) -> model.TrustAnchor:
    """What `of_anchor` was given, as far as a report says it."""
    return model.TrustAnchor(
        one.kind,
        one.container,
        one.path,
        one.line,
        one.field,
        trust=one.trust,
        in_head=one.in_head,
        commit=one.commit,
        count=one.count,
    )


def of_partial(one: model.Partial) -> shape.Partial:
    """A partial sighting."""
    return shape.Partial.model_validate(
        {
            "form": one.form,
            "container": one.container,
            "path": one.path,
            "line": one.line,
            "field": one.field,
            "bits": one.bits,
            "grade": one.grade,
        }
    )


def to_partial(one: shape.Partial) -> model.Partial:
    """What `of_partial` was given."""
    return model.Partial(one.form, one.container, one.path, one.line, one.field, one.bits, one.grade)
