import shutil
import subprocess

import pytest

from recengine import __version__
from recengine.engine.code_version import code_version


@pytest.mark.skipif(shutil.which("git") is None, reason="no git here")
def test_in_a_checkout_the_commit_is_named_and_changes_are_owned_up_to(tmp_path):
    def git(*words: str) -> str:
        identity = ("-c", "user.name=a", "-c", "user.email=a@b")
        done = subprocess.run(
            ["git", *identity, *words], cwd=tmp_path, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    file = tmp_path / "code.py"
    file.write_text("1")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    commit = git("rev-parse", "--short=7", "HEAD")
    code_version.cache_clear()
    assert code_version(tmp_path) == f"{__version__}+{commit}"
    file.write_text("2")
    code_version.cache_clear()
    assert code_version(tmp_path) == f"{__version__}+{commit}.changed"


def test_outside_a_checkout_it_is_the_version(tmp_path):
    assert code_version(tmp_path) == __version__
