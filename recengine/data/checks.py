"""Look at somebody's data and list every problem at once, with row numbers."""

from pathlib import Path

from recengine.data.intake.guess import guess_mapping
from recengine.data.intake.mapping import mapping_path, write_mapping
from recengine.data.intake.problems import Problem, Report, UnusableDataError
from recengine.data.tables import load_tables
from recengine.errors import DataError, UnknownNameError

__all__ = ["Problem", "Report", "check", "write_guess"]


def check(path: Path, *, now: int | None = None) -> Report:
    """Find out what is wrong with data, and which column is taken for what.

    Args:
        path: a folder, a file of events, or the prefix of atomic files.
        now: Unix seconds; later events are mistakes. None for the clock.
    """
    try:
        return load_tables(path, now=now).report
    except UnusableDataError as error:
        return error.report
    except (DataError, UnknownNameError) as error:
        problem = Problem(
            severity="error", file=path.name, what=str(error).rstrip("."), advice="Nothing was read"
        )
        return Report(str(path), (problem,), "", {"rows used": 0})


def write_guess(path: Path) -> Path:
    """Write the guessed mapping of some data to where it will be read from, ready to be edited.

    Returns:
        The mapping file.

    Raises:
        DataError: there is a mapping file already, or the columns cannot be made out.
    """
    target = mapping_path(path)
    write_mapping(guess_mapping(path), target)
    return target
