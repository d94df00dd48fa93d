"""Functions and files stay short enough to be read at once."""

import sys
from statistics import median, quantiles

from tests.support.source import functions, modules

LONGEST_FUNCTION = 50
LONGEST_FILE = 400
MEDIAN_FUNCTION = 8


def test_functions_are_short(record_property, capsys):
    lengths = {
        f"{module}.{name}": length for path, module in modules() for name, length in functions(path)
    }
    typical, tail = median(lengths.values()), quantiles(lengths.values(), n=20)[-1]
    record_property("median_function", typical)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(lengths)} functions: median {typical:g} lines, 95 % <= {tail:g}\n"
        )
    too_long = {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION}
    assert too_long == {}
    assert typical <= MEDIAN_FUNCTION


def test_files_are_short():
    lengths = {module: len(path.read_text().splitlines()) for path, module in modules()}
    assert {module: length for module, length in lengths.items() if length > LONGEST_FILE} == {}


def test_what_counts_as_a_line_of_code(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text(
        'def one(a):\n    """Say.\n\n    More.\n    """\n    # why\n    b = a\n\n    return b\n'
    )
    assert list(functions(planted)) == [("one", 3)]
