from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from recengine.data.intake.raw_files import RawTable


@pytest.fixture
def raw() -> Callable[..., RawTable]:
    """Make a table as if read from a text file: columns by name."""

    def make(**columns: list) -> RawTable:
        frame = pd.DataFrame(columns)
        return RawTable("log.csv", frame, np.arange(2, 2 + len(frame), dtype=np.int64))

    return make
