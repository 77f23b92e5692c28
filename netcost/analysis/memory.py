"""The memory of a network in parts: what the weights take, what is alive, what training adds."""

from __future__ import annotations

from collections.abc import Iterator

from netcost.analysis.costs import totals, without_rows
from netcost.analysis.fit import fit
from netcost.analysis.loss import REGULARIZER_OPS, Loss, scored
from netcost.analysis.storage import Buffer
from netcost.analysis.study import Study
from netcost.analysis.time import untold
from netcost.analysis.training import kept_by
from netcost.network import Network
from netcost.number import Number
from netcost.report.in_network import Figures
from netcost.report.memory import Course, Memory, Part, Step
from netcost.units import number_text
from netcost.wording import counted, decimal, listed

LEFT_OUT = "Left out: {}the workspace of kernels, what an allocator rounds up, and the runtime itself."
BY_NAME = "Modules that run one after the other in Python hold 1.0 to 1.7 times more, as names keep tensors."


def memory(network: Network) -> Memory:
    """Add up what a network takes, run as its overrides say: trained where an optimizer is named."""
    figures = Figures(network)
    study: Study = figures.study
    told = course(study)
    training = told.training
    parts = list(of_training(study) if training else of_inference(study))
    total: Number = sum((part.size for part in parts), 0)
    return Memory(
        report=without_rows(network),
        training=training,
        parts=parts,
        total=total,
        figures=dict(figures),
        peak_at=told.peak_at,
        alive=told.alive,
        timeline=told.timeline,
        notes=(*_notes(study, training=training), *_time(study, training=training), _left_out(study)),
        fit=fit(study, study.device, training=training) if study.device else None,
    )


def course(study: Study) -> Course:
    """What is alive when: in a step of training where an optimizer is named, else in a run."""
    training = study.optimizer is not None
    return Course(
        training,
        peak_at(study, training=training),
        list(_kept(study) if training else alive(study)),
        list(_timeline(study, training=training)),
    )


def of_inference(study: Study) -> Iterator[Part]:
    """What a trained network takes while it runs."""
    yield Part("weights", study.weight_bytes, f"parameters in {study.network.precision.weights}")
    yield Part("activations", study.timeline.peak, _most(study, training=False))
    if study.cache_bytes:
        yield Part("cache", study.cache_bytes, "kept from one token to the next")


def _most(study: Study, *, training: bool) -> str:
    node = peak_at(study, training=training)
    if not study.timeline.known:
        return "what layers put out is not known"
    return f"the most, while {node} runs" if node else "no layer runs"


def of_training(study: Study) -> Iterator[Part]:
    """What a step of training takes, where an optimizer is named."""
    optimizer = study.optimizer
    yield Part("weights", study.weight_bytes, f"parameters in {study.network.precision.weights}")
    if study.gradients_held:
        yield Part("gradients", study.gradient_bytes, "of all weights that are trained")
    yield Part("optimizer", study.optimizer_bytes or 0, optimizer.help if optimizer else "")
    yield Part("input", study.input_bytes, "of the network")
    kept = study.kept.number
    yield Part("kept", kept, "from the forward to the backward pass")
    passing = study.moment.size - study.kept.at_start
    node = study.moment.node
    yield Part("passing", passing, f"the most, backward through {node.name}" if node else "the output")


def peak_at(study: Study, *, training: bool) -> str:
    """The layer that runs when most is alive; empty if none does, or if that is not known."""
    line = study.timeline
    if not line.known:
        return ""
    if training:
        return study.moment.node.name if study.moment.node else ""
    return line.nodes[line.peak_step].name if line.nodes else ""


def alive(study: Study) -> Iterator[Part]:
    """What is alive in the step in which most is; nothing where that is not known."""
    line = study.timeline
    if not (line.nodes and line.known):
        return
    step = line.peak_step
    for buffer in line.alive(step):
        yield Part(buffer.name, buffer.size, _told(buffer))
    if line.scratch[step]:
        yield Part(line.nodes[step].name, line.scratch[step], "while it runs")


def _told(buffer: Buffer) -> str:
    """What else is in a buffer, or was."""
    names = [node.name for node in buffer.nodes[:-1]]
    if buffer.born < 0:
        return "made before" if buffer.nodes[0].ran_before else "the input"
    return f"in the place of {listed(names)}" if names else ""


def _kept(study: Study) -> Iterator[Part]:
    """What each layer keeps for its backward pass, the largest first."""
    kept = [(node, size) for node, size in kept_by(study.storage, study.blocks).items() if size]
    for node, size in sorted(kept, key=lambda each: -each[1]):
        block = study.blocks.get(node, "")
        yield Part(block or node.name, size, "what goes into the block" if block else "")


def _timeline(study: Study, *, training: bool) -> Iterator[Step]:
    if not study.timeline.known:
        return
    nodes, sizes = (
        (study.storage.nodes, study.moment.curve) if training else (study.timeline.nodes, study.timeline.live)
    )
    for node, size in zip(nodes, sizes, strict=True):
        yield Step(node.name, size)


def _time(study: Study, *, training: bool) -> Iterator[str]:
    if study.device is None or training:
        return
    if study.bound is None:
        yield f"{study.device.name} does not tell {listed(untold(study.moved, study.device), most=None)}: no time is told."
        return
    total, floor_of_all = (decimal(float(each) / 10**6) for each in (study.bound.total, study.bound.floor))
    yield (
        f"It takes at least {total} ms on {study.device.name}, one layer after the other, and at least {floor_of_all} ms "
        "whatever is kept nearby. A bound, no prediction: Winograd's algorithm and caches that hold whole tensors "
        "can beat the first."
    )


def _left_out(study: Study) -> str:
    buffers = totals(study.network).buffers
    if not buffers:
        return LEFT_OUT.format("")
    many = counted(buffers, "buffer") if isinstance(buffers, int) else "buffers"
    return LEFT_OUT.format(f"{many} that {'is' if buffers == 1 else 'are'} stored with the weights, ")


def _loss(study: Study, loss: Loss) -> str:
    """How the operations of the loss come about."""
    found = scored(study.network)
    if found is None:
        return f"The loss {loss.name}: {loss.formula}. What the network puts out is not known."
    samples, classes = found
    text = f"The loss {loss.name}: {loss.formula}. Of {classes:,} classes that is {loss.ops(classes):,}"
    many = f", {samples:,} times" if samples > 1 else ""
    squares = (
        f", and {REGULARIZER_OPS} a weight for the sum of squares" if "regularize" in study.asked else ""
    )
    return f"{text}{many}{squares}: {number_text(study.loss_ops or 0)} operations."


def _notes(study: Study, *, training: bool) -> Iterator[str]:
    if training:
        unknown = [node.name for node in study.storage.unknown]
        if unknown:
            yield f"Not known, so that sums are lower bounds: what {listed(unknown)} {'keeps' if len(unknown) == 1 else 'keep'}."
        if study.optimizer:
            yield (
                f"The update of {study.optimizer.name}: {study.optimizer.update}. That is {study.optimizer.ops} operations "
                f"a weight, {number_text(study.optimizer_ops or 0)} in all; counters of steps are left out."
            )
        if study.loss:
            yield _loss(study, study.loss)
        gradients = "" if study.gradients_held else "gradients of weights up to then, and "
        yield f"Passing: {gradients}gradients on their way, less what is kept no longer."
    else:
        yield "A view, as of flatten or of slices, is what it views." + (
            "" if "without_input" in study.asked else " The input of the network counts."
        )
        yield BY_NAME
    if "no_in_place" not in study.asked:
        yield "Activations that can write over their input do, where nothing reads it later (--no-in-place)."
