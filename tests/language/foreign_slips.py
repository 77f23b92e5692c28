"""Slips of those who come from PyTorch, Keras, Darknet, JSON or templates: what they write, and what they are told."""

from __future__ import annotations

from slips import VECTOR, Slip, item, items

T = "input: [3, 32, 32]\n"
WIDTH = "params: {width: 4}\ninput: [3, 32, 32]"
TWO = ("{name: a, relu}", "{name: b, relu}")


def of_width(text: str, place: str, wrong: str, write: str) -> Slip:
    """A slip in an item of a file that has a parameter."""
    return Slip(items(text, above=WIDTH), place, wrong, write)


def of_input(text: str, place: str, wrong: str, write: str) -> Slip:
    """A slip in what a file says of its input."""
    return Slip(items("relu", above=text), place, wrong, write)


FOREIGN_SLIPS = {
    # calls and lists
    "a call without arguments": item("relu()", "3:5", "no call", "write `relu`"),
    "a call by name": item("conv(8, kernel=3)", "3:5", "no call", "write `{conv: 8, kernel: 3}`"),
    "a call as of PyTorch": item("conv(3, 8, 3)", "3:5", "no call", "{conv: 8, kernel: 3, in_channels: 3}"),
    "a call of PyTorch": item("nn.Conv2d(3, 8, 3)", "3:5", "no call", "write `Conv2d: [3, 8, 3]`"),
    "an assignment": item("self.c = nn.Conv2d(3, 8, 3)", "3:5", "no call", "{Conv2d: [3, 8, 3], name: c}"),
    "a function": item("F.relu(x)", "3:5", "no call", "write `relu`"),
    "a call of Keras": item(
        "Conv2D(8, (3, 3), activation='relu')",
        *("3:5", "no call", "write `{Conv2D: [8, [3, 3]], activation: relu}`"),
    ),
    "a call between brackets": Slip(T + "layers: [conv(8, 3)]\n", "2:10", "no call", "{conv: 8, kernel: 3}"),
    "a call as activation": item("{conv: 8, kernel: 3, act: ReLU()}", "3:31", "no call", "write `ReLU`"),
    "a list": item("[conv, 8, 3]", "3:5", "got a list", "write `{conv: 8, kernel: 3}`"),
    "a list of layers": item("[relu, flatten]", "3:5", "got a list", "write `{seq: [relu, flatten]}`"),
    "a list as a value": item("conv: [8, 3]", "3:11", "this is a list", "write `{conv: 8, kernel: 3}`"),
    "a list as a value beside others": item(
        "{conv: [8, 3], pad: 1}", "3:12", "this is a list", "write `{conv: 8, kernel: 3}`"
    ),
    "a list as activation": item("{conv: 8, kernel: 3, act: [relu]}", "3:31", "got a list", "write `relu`"),
    # lines and signs
    "an assigned input": Slip(
        "input = [3, 32, 32]\nlayers: [relu]\n", "1:1", "not after `=`", "write `input: [3, 32, 32]`"
    ),
    "an assigned field": item("conv: 8\n    kernel = 3", "4:5", "not after `=`", "write `kernel: 3`"),
    "an argument": item("{conv: 8, kernel=3}", "3:15", "not after `=`", "write `kernel: 3`"),
    "an arrow": item("{conv: 8, kernel => 3}", "3:15", "not after `=`", "write `kernel: 3`"),
    "an import": Slip("import torch\n" + T + "layers: [relu]\n", "1:1", "of a program", "leave it out"),
    "no blank after a dash": Slip(T + "layers:\n  -relu\n", "3:3", "after this dash", "write `- relu`"),
    "no blank after a second dash": Slip(
        T + "layers:\n  - conv: 8\n    kernel: 3\n  -relu\n", "5:3", "after this dash", "write `- relu`"
    ),
    "a star": Slip(T + "layers:\n  * relu\n  * relu\n", "3:3", "starts with `- `", "write `- relu`"),
    "a numbered list": Slip(T + "layers:\n  1. relu\n", "3:3", "starts with `- `", "write `- relu`"),
    "a dash behind": item("relu -", "3:5", "has no meaning", "write `relu`"),
    "a comma behind a list": Slip("input: [3, 32, 32],\nlayers: [relu]\n", "1:19", "no `,`", "remove it"),
    "a comma behind a number": of_input(T + "batch: 4,", "2:8", "has no meaning", "write `4`"),
    "a fence": Slip("```yaml\n" + T + "layers: [relu]\n```\n", "1:1", "of Markdown", "leave it out"),
    "a section": Slip("[net]\nbatch=1\n", "1:1", "no sections", "ends in `.cfg`"),
    # values
    "a tuple with blanks": item("{conv: 8, kernel: ( 3 , 3 )}", "3:23", "at its comma", "write `[3, 3]`"),
    "a tuple with a sign": Slip(
        items("reshape: (-1, 4)", above=VECTOR), "3:14", "in brackets", "write `[-1, 4]`"
    ),
    "numbers without brackets": item(
        "{conv: 8, kernel: 3, 5}", "3:23", "written in brackets", "write `[3, 5]`"
    ),
    "a quoted yes": item("{conv: 8, kernel: 3, bias: 'yes'}", "3:33", "unknown name", "write `true`"),
    "None": item("{conv: {filters: None, kernel: 3}}", "3:22", "unknown name `None`", "no value here"),
    "thousands": Slip(items("linear: 4k", above=VECTOR), "3:13", "neither", "write `4000` or `4096`"),
    "digits in groups": Slip(items("linear: 1,000", above=VECTOR), "3:13", "has commas", "write `1000`"),
    "digits in groups in braces": Slip(
        items("{linear: 1,000}", above=VECTOR), "3:14", "has commas", "write `1000`"
    ),
    "times": item("upsample: 2x", "3:15", "neither", "write `2`"),
    "times before": item("upsample: x2", "3:15", "unknown name", "write `2`"),
    "a power": of_width("{conv: width^2, kernel: 3}", "4:17", "on bits", "write `**` for a power"),
    "a template": of_width("{conv: {{ width }}, kernel: 3}", "4:12", "no braces", "write `width`"),
    "a variable of a shell": of_width("{conv: $width, kernel: 3}", "4:12", "no signs", "write `width`"),
    "a variable in braces": of_width("{conv: ${width}, kernel: 3}", "4:12", "no `${}`", "write `width`"),
    "no number": item("{relu, repeat: -1}", "3:20", "at least 0, got -1", "write 0 or more"),
    # inputs and outputs
    "an unknown batch": of_input("input: [-1, 3, 32, 32]", "1:8", "this has 4", "write `[3, 32, 32]`"),
    "a batch of None": of_input("input: [None, 3, 32, 32]", "1:8", "this has 4", "write `[3, 32, 32]`"),
    "a batch of a vector": of_input("input: [None, 8]", "1:8", "this has 2", "write `[8]`"),
    "a shape": of_input("input: {shape: [3, 32, 32]}", "1:9", "unknown kind", "write `[3, 32, 32]`"),
    "lengths by name": of_input(
        "input: {height: 32, width: 32, channels: 3}", "1:8", "without names", "write `[3, 32, 32]`"
    ),
    "a single one of several": of_input("inputs: [3, 32, 32]", "1:9", "by their names", "write `input:`"),
    "a size as output": of_input(T + "output: [10]", "2:1", "these are lengths", "leave `output` out"),
    # formats
    "bits": of_input(T + "dtype: 16", "2:8", "unknown number format", "`float16`"),
    "two formats": of_input(
        T + "dtype: [int8, float16]", "2:8", "got a list", "write `int8/float16`"
    ),
    "no format": of_input(T + "dtype: [a, b]", "2:8", "got a list", "write `float16`"),
    # names
    "one operand": Slip(items(TWO[0], "add: [a]"), "4:5", "at least 2 inputs", "`add: [prev, ...]`"),
    "operands without brackets": Slip(
        items(*TWO, "concat: a, b"), "5:13", "several tensors", "write `[a, b]`"
    ),
    "operands in braces": Slip(items(*TWO, "{concat: a, b}"), "5:14", "several tensors", "write `[a, b]`"),
    "the one before": Slip(items("relu", "{relu, from: -1}"), "4:18", "got `-1`", "write `prev`"),
    "a number as name": Slip(items("relu", "{relu, from: 0}"), "4:18", "got `0`", "the name of one"),
    "a name with a blank": item("{name: my conv, relu}", "3:12", "is not a name", "write `my_conv`"),
    "a name with a dot": item("{name: layer1.0, relu}", "3:12", "is not a name", "write `layer1_0`"),
    "a small block": Slip(
        T + "blocks:\n  unit: {params: [w], layers: [{conv: w, kernel: 3}]}\nlayers: [unit: 3]\n",
        *("3:3", "not the name of a block", "write `Unit`"),
    ),
    "a misspelt type": item("type: konv", "3:5", "is no key of an item", "write `- {conv: ...}`"),
    "a truth as norm": item("{conv: 8, kernel: 3, norm: true}", "3:32", "a layer type", "write `batchnorm`"),
    "another word for a field": item("maxpool: {size: 2}", "3:15", "unknown field `size`", "`kernel`"),
    # the file
    "training": of_input(T + "optimizer: adam", "2:1", "unknown key", "leave it out"),
    "a loose parameter": of_input(T + "num_classes: 10", "2:1", "unknown key", "params: {num_classes: 10}"),
    # further words
    "a word with a blank": item("{conv: 8, kernel: 3, pad: 'same '}", "3:32", "unknown name", "`same`"),
    "a list that is none": Slip(
        items("linear: 8, 10", above=VECTOR), "3:13", "written in brackets", "a single value stands here"
    ),
    "from one size to another": Slip(
        items("linear: 8 -> 10", above=VECTOR), "3:13", "the first is inferred", "write `10`"
    ),
    "a letter for an axis": Slip(items(*TWO, "{concat: [a, b], axis: c}"), "5:28", "`c`", "`channels`"),
    "a number for an axis": Slip(items(*TWO, "{concat: [a, b], axis: 1}"), "5:28", "got 1", "`channels`"),
    "a sum": Slip(items(*TWO, "add: a + b"), "5:10", "several tensors", "write `[a, b]`"),
    "a name of a list": Slip(items(TWO[0], "{relu, inputs: a}"), "4:12", "unknown field", "`from`"),
    "bottom": Slip(items(TWO[0], "{relu, bottom: a}"), "4:12", "unknown field", "`from`"),
    "id": item("{relu, id: a}", "3:12", "unknown field", "`name`"),
    "n": item("{conv: 8, kernel: 3, pad: 1, n: 3}", "3:34", "unknown field", "`repeat`"),
    "k": item("{conv: 8, k: 3}", "3:15", "unknown field", "`kernel`"),
    "in order to repeat": item("{relu, repeat: x3}", "3:20", "unknown name", "write `3`"),
    "layers of layers": item("layers: [relu]", "3:5", "is no layer", "`seq`"),
    "layers in a row": item("relu, flatten", "3:5", "several layers", "an item of its own"),
    "a route": Slip(items("{name: a, relu}", "route: [prev, a]"), "4:5", "unknown layer type", "`concat`"),
    "batch norm by a switch": item("{conv: 8, kernel: 3, batch_norm: true}", "3:26", "unknown", "`norm: batchnorm`"),
    "None as activation": item("{conv: 8, kernel: 3, act: None}", "3:31", "no layer that follows", "write `none`"),
    "linear as activation": item("{conv: 8, kernel: 3, act: linear}", "3:31", "no layer that", "write `none`"),
    "a module as activation": item("{conv: 8, kernel: 3, act: nn.ReLU}", "3:31", "layer type", "write `ReLU`"),
    "a member": of_width("{conv: self.width, kernel: 3}", "4:12", "with a dot", "write `width`"),
    "a product with x": of_width("{conv: width x 2, kernel: 3}", "4:12", "sign of a product", "write `width * 2`"),
    "a product without a sign": of_width("{conv: 2(width), kernel: 3}", "4:12", "sign of", "write `2 * (width)`"),
    "a name in braces": of_width("{conv: {width}, kernel: 3}", "4:12", "needs no braces", "write `width`"),
    "a name with a star": of_width("{conv: *width, kernel: 3}", "4:12", "for this alias", "write `width`"),
    "a name in angles": of_width("{conv: <width>, kernel: 3}", "4:12", "needs no signs", "write `width`"),
    "parameters as a list": Slip(
        items("{conv: width, kernel: 3}", above="params: [width: 4]\ninput: [3, 32, 32]"),
        *("1:9", "keys with values", "write `{width: 4}`"),
    ),
    "an assigned parameter": Slip(
        items("{conv: width, kernel: 3}", above="params:\n  width = 4\ninput: [3, 32, 32]"),
        *("2:3", "keys with values", "write `width: 4`"),
    ),
    "a parameter at the top": Slip(
        items("{conv: width, kernel: 3}", above="width: 4\ninput: [3, 32, 32]"),
        *("1:1", "unknown key `width`", "params: {width: 4}"),
    ),
    "a list under no key": Slip(T + "- relu\n- flatten\n", "2:1", "under no key", "as `layers:`"),
    "a file of Docker Compose": Slip(
        "version: '3'\nservices:\n  web: {image: nginx}\n", "2:1", "Docker Compose", "`input` and `layers`"
    ),
    "a size without channels": of_input("input: 32x32", "1:8", "no channels", "write `[3, 32, 32]`"),
    "a list without channels": of_input("input: [32, 32]", "1:8", "no channels", "write `[3, 32, 32]`"),
    "batch in the input": of_input(
        "input: {shape: [3, 32, 32], batch: 4}", "1:29", "no part of an input", "top of the file"
    ),
    "batch as a list": of_input(T + "batch: [4]", "2:8", "got [4]", "write `4`"),
    "weights and activations": of_input(T + "dtype: w8a8", "2:8", "unknown number format", "`int8/int8`"),
    "one output": Slip(T + "layers: [{name: a, relu}]\noutputs: a\n", "3:10", "a list", "`outputs: [a]`"),
    "an imported file": of_input(T + "imports: unit.yaml", "2:10", "by alias", "{unit: unit.yaml}"),
    "a block as a list": Slip(
        T + "blocks:\n  Unit: [relu]\nlayers: [Unit]\n", "3:3", "a definition", "`Unit: {layers: [...]}`"
    ),
    "parameters of a block by name": Slip(
        T + "blocks:\n  Unit: {params: {w: 3}, layers: [{conv: w, kernel: 3}]}\nlayers: [Unit]\n",
        *("3:18", "expected a list", "write `[w: 3]`"),
    ),
    "a block as a function": Slip(
        T + "blocks:\n  Unit: {params: [w], layers: [{conv: w, kernel: 3}]}\nlayers: [Unit(3)]\n",
        *("4:10", "no function", "write `Unit: [3]`"),
    ),
    "a block in small letters": Slip(
        T + "blocks:\n  Unit: {layers: [relu]}\nlayers: [unit]\n", "4:10", "no block `unit`", "write `Unit`"
    ),
    "an argument of a block": Slip(
        T + "blocks:\n  Unit: {params: [width], layers: [{conv: width, kernel: 3}]}\nlayers: [Unit: {widht: 3}]\n",
        *("4:17", "no parameter `widht`", "`width`"),
    ),
    "defaults of all layers": of_input(
        T + "defaults: {norm: batchnorm}", "2:12", "by layer type", "{conv: {norm: ...}}"
    ),
}  # fmt: skip
