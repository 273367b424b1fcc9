"""What tests of erasing share."""

from collections.abc import Callable

import pytest

from recengine.data.workspace import Workspace
from recengine.engine.privacy.erasing import erase_person
from recengine.errors import StorageError


@pytest.fixture
def erase_on_full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, Workspace], None]:
    """Begins to erase somebody and is stopped half way."""

    def full(*_: object) -> None:
        raise StorageError("the disk is full")

    def erase(data: str, user_id: str, home: Workspace) -> None:
        with monkeypatch.context() as patched:
            patched.setattr("recengine.engine.privacy.erasing._clean", full)
            with pytest.raises(StorageError):
                erase_person(data, user_id, home)

    return erase
