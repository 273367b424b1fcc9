"""Every mistake: exit status 2, one line on standard error, nothing on standard output."""

import pytest

from recengine import cli
from recengine.cli import ask

pytestmark = pytest.mark.usefixtures("engine")
MISTAKES = {
    "nonsense": "No such command 'nonsense'. See: recengine --help",
    "recommend tiny": "Missing option '--user'. See: recengine recommend --help",
    "recommend": "Missing argument 'DATA'",
    "recommend tiny --user nobody --json": "Unknown user 'nobody'. Known: ann.",
    "recommend tiny --user nobody": "Unknown user 'nobody'. Known: ann.",
    "recommend tiny --user ann --k 0": "'--k'",
    "recommend tiny --user ann --k many": "'--k'",
    "recommend tiny --user ann --context night": "must have the form NAME=VALUE",
    "recommend tiny --user ann --context =night": "must have the form NAME=VALUE",
    "recommend tiny --user ann --context a=1 --context a=2": "names 'a' twice",
    "explain tiny --user ann": "Missing option '--item'",
    "data describe no-such-dataset": "Unknown dataset 'no-such-dataset'. Known: movielens-1m",
    "data fetch no-such-dataset": "Unknown dataset 'no-such-dataset'",
    "demo --port 0": "'--port'",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_one_clear_line(recengine, line):
    outcome = recengine(*line.split())
    assert outcome.status == 2
    assert outcome.out == ""
    assert MISTAKES[line] in outcome.err
    assert outcome.err.startswith("recengine: ")
    assert outcome.err.count("\n") == 1


def test_a_message_of_several_lines_is_printed_as_one(recengine):
    outcome = recengine("recommend", "tiny", "--user", "a\nb")
    assert "Unknown user" in outcome.err
    assert outcome.err.count("\n") == 1


def test_ctrl_c_is_quiet(recengine, monkeypatch):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ask, "open_engine", interrupt)
    outcome = recengine("recommend", "tiny", "--user", "ann")
    assert (outcome.status, outcome.out, outcome.err) == (130, "", "")


def test_a_reader_that_leaves_is_no_error(monkeypatch, capfd):
    def leave(_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(ask, "print_json", leave)
    assert cli.run(["recommend", "tiny", "--user", "ann", "--json"]) == cli.BROKEN_PIPE
    assert capfd.readouterr().err == ""


def test_our_own_bugs_are_not_hidden(engine, recengine, monkeypatch):
    monkeypatch.setattr(engine, "recommend", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        recengine("recommend", "tiny", "--user", "ann")


def test_no_command_at_all_shows_the_menu(recengine):
    outcome = recengine()
    assert outcome.status == 0
    assert "recommend  What would this person see now?" in outcome.out
