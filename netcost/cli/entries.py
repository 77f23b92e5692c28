"""Which models a run is about: the entries of a budget file, or the specs that the user names."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from netcost import zoo
from netcost.analysis.costs import analyze
from netcost.budget.entry import NO_RULES, Budget, Entry, Rules
from netcost.budget.selector import WILD
from netcost.cli.paths import Ground
from netcost.cli.specs import STANDARD_INPUT, read
from netcost.frontends.known import parted
from netcost.language.work import Work
from netcost.network import Network
from netcost.overrides import NO_OVERRIDES, OVERRIDES, Overrides, beside_the_name, said
from netcost.place import Place
from netcost.record import Record, replace
from netcost.report import Report
from netcost.source.document import MappingNode, Scalar, SequenceNode
from netcost.source.fault import Fault, Problems, TooManyProblems
from netcost.source.problem import Problem, SpecError
from netcost.source.read_document import read_document

BUDGET_FILE = "netcost-budget.yaml"


class Model(Record, eq=False):
    """A spec, how it is to be read, and the entries of the budget that are about it."""

    spec: str
    assume: Overrides = NO_OVERRIDES
    entries: tuple[Entry, ...] = ()
    run_code: bool = False
    """Whether a file of code may be run though it is a budget that names it."""
    asked: Overrides = NO_OVERRIDES
    """What options ask for beyond what the budget assumes."""

    @property
    def bundled(self) -> bool:
        """Tell whether the spec comes with netcost."""
        return self.spec != STANDARD_INPUT and not zoo.is_path(self.spec)

    @property
    def file(self) -> str:
        """Where the spec lies, or would lie if it were no bundled one."""
        folder = os.path.dirname(self.entries[0].place.path) if self.bundled and self.entries else ""  # noqa: PTH120
        return os.path.join(folder, self.spec)  # noqa: PTH118

    @property
    def place(self) -> Place:
        """Where the model is asked for."""
        return self.entries[0].place if self.entries else Place(self.spec, 0, 0)

    def named(self, report: Report) -> str:
        """What results call the model: the network's name, and what is assumed beside its variant."""
        rest = said(self.assume, beside_the_name)
        return f"{report.name} ({rest})" if rest else report.name


def find_budget(path: str) -> Budget | None:
    """Read the budget file of that path, or else the nearest of the usual name, from the working folder upwards.

    The latter is not named by whoever runs netcost, so that it is no link to elsewhere.

    Raises:
        SpecError: the file is missing, faulty, or a link out of reach.
    """
    found = path or _nearest_budget()
    if not found:
        return None
    if not path:
        try:
            Ground(os.path.dirname(found)).check(BUDGET_FILE, Place(found, 0, 0))  # noqa: PTH120
        except Fault as fault:
            raise SpecError([fault.problem]) from None
    from netcost.budget.read import read_budget

    return read_budget(read_document(found, stream=bool(path)))


def _nearest_budget() -> str:
    """The budget of the working folder, or of the nearest above it up to the top of its git work tree; empty if none.

    Outside of a work tree the working folder alone counts, as what lies above it may be anybody's.
    """
    ground = Ground("")
    try:
        folder = os.path.realpath(".")
    except FileNotFoundError:  # the working folder is no more, and nothing is in it
        return ""
    while True:
        path = os.path.relpath(os.path.join(folder, BUDGET_FILE))  # noqa: PTH118
        if os.path.lexists(path):
            return path
        if folder == ground.top:
            return ""
        folder = os.path.dirname(folder)  # noqa: PTH120


def models_of(budget: Budget | None, *, run_code: bool = False) -> list[Model]:
    """List the models of a budget, in its order; files of code among them may be run, if that is asked for.

    Raises:
        SpecError: an entry of the budget names nothing.
    """
    models = _merged(_entries(budget)) if budget else ()
    return [replace(each, run_code=run_code) for each in models]


def asked_for(specs: Sequence[str], models: Sequence[Model], asked: Overrides = NO_OVERRIDES) -> list[Model]:
    """Choose the models that are named by file or bundled name; one without an entry stands alone.

    Args:
        specs: what the user names; everything if that is nothing.
        models: those of the budget.
        asked: what is changed about all of them, whatever the budget assumes.
    """
    chosen = _chosen(specs, models) if specs else models
    return [replace(each, assume=each.assume | asked, asked=asked) for each in chosen] if asked else [*chosen]


def _chosen(specs: Sequence[str], models: Sequence[Model]) -> list[Model]:
    asked = {identity(spec): spec for spec in specs}
    chosen = [model for model in models if identity(model.spec) in asked]
    known = {identity(model.spec) for model in chosen}
    return chosen + [Model(spec) for key, spec in asked.items() if key not in known]


def identity(spec: str) -> str:
    """The same for two spellings of one spec."""
    return os.path.realpath(spec) if os.path.exists(spec) else spec.removesuffix(zoo.SUFFIX)  # noqa: PTH110


def by_entry(models: Iterable[Model]) -> dict[Place, list[Model]]:
    """The models of each entry of a budget, by its place."""
    found: dict[Place, list[Model]] = defaultdict(list)
    for model in models:
        for place in dict.fromkeys(entry.place for entry in model.entries):
            found[place].append(model)
    return found


def measure(model: Model) -> Report:
    """Read and analyze a model.

    Raises:
        SpecError: the spec is faulty, or there is none.
    """
    return analyze(network_of(model))


def network_of(model: Model, work: Work | None = None) -> Network:
    """Read a model; `work` counts what it asks for, in place of a count of the usual size.

    Raises:
        SpecError: the spec is faulty, or there is none.
    """
    try:
        if model.entries:
            return zoo.load(model.spec, model.assume, run_code=model.run_code, work=work)
        return read(model.spec, model.assume, work=work)
    except SpecError as error:
        raise SpecError([_placed(each, model) for each in error.problems], error.sources) from None


def _placed(problem: Problem, model: Model) -> Problem:
    """The problem where its cause is written, if that is what a budget names or assumes and no option of a command."""
    if (
        model.entries
        and problem.place.path == model.spec
        and not problem.place.line
        and parted(model.spec)[1]
    ):
        return replace(problem, place=model.place, message=f"{model.spec}: {problem.message}")
    if problem.place.path in model.asked.places:
        return replace(problem, message=f"{model.spec}: {problem.message}")
    places = [entry.assume_place for entry in model.entries if entry.assume_place]
    if problem.place.path not in model.assume.places or not places:
        return problem
    return replace(problem, place=places[0], message=f"{model.spec}: {problem.message}")


def own_rules(network: Network) -> Rules:
    """The rules that a spec carries itself.

    Raises:
        SpecError: they are faulty.
    """
    if not isinstance(network.budget, MappingNode | SequenceNode | Scalar):
        return NO_RULES
    from netcost.budget.read import read_rules

    return read_rules(network.budget, network.sources)


def _entries(budget: Budget) -> Iterator[tuple[str, Entry]]:
    """Each spec that the entries name, with its entry.

    Raises:
        SpecError: entries that name nothing, or what lies out of reach; all of them at once.
    """
    ground = Ground(os.path.dirname(budget.path))  # noqa: PTH120
    known: dict[str, list[str]] = {}
    problems = Problems()
    try:
        for entry in map(_bounded, budget.entries):
            try:
                specs = known[entry.spec] = known.get(entry.spec) or _specs(entry, ground, budget.path)
                ground.admit(len(specs), entry.place)
            except Fault as fault:
                problems.append(fault.problem)
            else:
                ground.files += len(specs)
                yield from ((spec, entry) for spec in specs)
    except TooManyProblems:
        pass  # they are raised below
    if problems:
        raise SpecError(problems, budget.sources)


def _bounded(entry: Entry) -> Entry:
    """The entry with those of its assumptions that name files seen from the working folder.

    Raises:
        SpecError: one lies out of reach.
    """
    place = entry.assume_place or entry.place
    below = {name: OVERRIDES[name].below for name in entry.assume}
    paths = {name: found(entry.assume[name], place) for name, found in below.items() if found}
    return replace(entry, assume=entry.assume | paths) if paths else entry


def _specs(entry: Entry, ground: Ground, budget: str) -> list[str]:
    """The files that an entry names, or the bundled network; a pattern does not mean the budget itself.

    Raises:
        Fault: there are none, or they lie out of reach.
    """
    if WILD & set(entry.spec):
        matches = map(ground.joined, ground.matches(entry.spec, entry.place))
        found = [path for path in matches if identity(path) != identity(budget)]
        if not found:
            hint = "is the folder right? `*` stays in its folder, `**` goes into those below"
            raise Fault(entry.place, f"no file matches `{entry.spec}`", hint)
        return found
    ground.check(entry.spec, entry.place)
    if zoo.is_path(entry.spec, ground.folder):
        path = ground.joined(entry.spec)
        if not os.path.lexists(parted(path)[0]):
            raise Fault(entry.place, f"there is no file `{parted(path)[0]}`", "was it renamed or deleted?")
        return [path]
    try:
        zoo.find(entry.spec)
    except SpecError as error:
        first = error.problems[0]
        raise Fault(entry.place, first.message, first.hint or "") from None
    return [entry.spec]


def _merged(pairs: Iterable[tuple[str, Entry]]) -> Iterator[Model]:
    """One model for all entries about the same spec, read in the same way."""
    found: dict[tuple[str, Overrides], tuple[str, list[Entry]]] = {}
    for spec, entry in pairs:
        found.setdefault((identity(spec), entry.assume), (spec, []))[1].append(entry)
    for (_, assume), (spec, entries) in found.items():
        yield Model(spec, assume, tuple(entries))
