"""A fault on its way to the list of problems."""

from __future__ import annotations

from netcost.place import Place
from netcost.spec.problem import Problem


class Fault(Exception):  # noqa: N818  it carries a problem; the error that users see is SpecError
    """One problem, raised where it is found and noted where reading can go on."""

    def __init__(
        self,
        place: Place,
        message: str,
        hint: str = "",
        related: tuple[tuple[Place, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.problem = Problem(place, message, hint or None, related)
