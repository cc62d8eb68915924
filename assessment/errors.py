"""What can be wrong with a policy, an expression or an input, always with its place."""

from __future__ import annotations


class AssessmentError(ValueError):
    """Anything this library refuses; the message names the place and what was expected."""


class PolicyError(AssessmentError):
    """A policy document is not usable at `path`; `line` is known when it was read from text."""

    def __init__(self, path: str, expected: str, *, line: int | None = None) -> None:
        self.path = path
        self.expected = expected
        self.line = line
        place = path or "document"
        at_line = f" (line {line})" if line is not None else ""
        super().__init__(f"{place}: expected {expected}{at_line}")


class InputError(AssessmentError):
    """The input called `name` is missing or no value that it can have."""

    def __init__(self, name: str, expected: str) -> None:
        self.name = name
        self.expected = expected
        super().__init__(f"{name}: expected {expected}")


class ExpressionError(AssessmentError):
    """A rule test is not a sentence of the small language of rules."""

    def __init__(self, text: str, expected: str) -> None:
        self.text = text
        self.expected = expected
        super().__init__(f"{text!r}: expected {expected}")


class RecourseError(AssessmentError):
    """A policy has rules for which routes cannot be proved; the message names the rule."""


class CertificateError(AssessmentError):
    """A certificate does not prove what it says; the message names the first thing that is wrong."""


class PmmlError(AssessmentError):
    """A PMML document, a row for it or a card for a policy cannot be used; `place` is element or field."""

    def __init__(self, place: str, problem: str, *, line: int | None = None) -> None:
        self.place = place
        self.problem = problem
        self.line = line
        at_line = f" (line {line})" if line is not None else ""
        super().__init__(f"{place}: {problem}{at_line}")
