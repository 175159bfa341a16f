"""What may be new in outputs since a change: their shape, their keys, their length. And when that is worth a word."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import Final

from rca_core.analysis.history.comparison import OutputAspect
from rca_core.analysis.history.significance import Share
from rca_core.telemetry.outputs import Output

RARE: Final = 0.1
MIN_RISE: Final = 0.2
MIN_RATIO: Final = 1.5
MIN_CHARACTERS: Final = 10

IsNew = Callable[[Output], bool]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to tell new outputs, such as this run's, from former ones."""

    aspect: OutputAspect
    own: Output
    newness: Callable[[Output], int]
    """Orders outputs so that, dealt to the sides in this order or the other, they differ as much as they can."""
    is_new: Callable[[Sequence[Output], Sequence[Output]], IsNew | None]
    """(outputs before, outputs after) -> which are new; None if nothing changed."""

    def counted(self, before: Sequence[Output], after: Sequence[Output]) -> tuple[Share, Share, IsNew | None]:
        """Return how many outputs there are on each side, how many of them are new, and which are."""
        is_new = self.is_new(before, after)
        was, now = ((len(side), sum(map(is_new, side)) if is_new else 0) for side in (before, after))
        return was, now, is_new

    def is_material(self, before: Sequence[Output], after: Sequence[Output]) -> bool:
        """Return whether this run's output is new: one in ten at most before, and 20 in a hundred more since."""
        was, now, is_new = self.counted(before, after)
        if is_new is None or not is_new(self.own):
            return False
        rate = was[1] / was[0]
        return rate <= RARE and now[1] / now[0] - rate >= MIN_RISE

    def may_be_material(self, before: Sequence[Output], after: Sequence[Output]) -> bool:
        """Return whether there is a way to deal these outputs to the two sides that would be material.

        It does not look at which were before the change, so that leaving out a comparison which can show nothing
        biases none of the others.
        """
        ordered = sorted([*before, *after], key=self.newness)
        return any(self.is_material(way[: len(before)], way[len(before) :]) for way in (ordered, ordered[::-1]))


def of_shape(own: Output) -> Reading:
    """Return the reading by which outputs of this run's shape are new."""
    return Reading("shape", own, lambda each: each.shape == own.shape, lambda *_: lambda each: each.shape == own.shape)


def of_keys(own: Output) -> Reading:
    """Return the reading by which JSON objects with this run's keys are new."""
    return Reading("keys", own, lambda each: each.keys == own.keys, lambda *_: lambda each: each.keys == own.keys)


def of_length(own: Output) -> Reading:
    """Return the reading by which outputs are new that are longer, or shorter, than nine in ten before the change.

    Longer or shorter as the medians went, which have to differ by half and by 10 characters.
    """
    return Reading("length", own, lambda each: each.characters, _beyond_most)


def _beyond_most(before: Sequence[Output], after: Sequence[Output]) -> IsNew | None:
    was, now = (median_low([each.characters for each in side]) for side in (before, after))
    if abs(now - was) < MIN_CHARACTERS or max(was, now) < MIN_RATIO * min(was, now):
        return None
    longer = now > was
    bound = sorted((each.characters for each in before), reverse=longer)[int(RARE * len(before))]
    return lambda each: each.characters > bound if longer else each.characters < bound
