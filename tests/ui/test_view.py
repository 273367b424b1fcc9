"""The memory of answers, and what becomes of it when everything is forgotten."""

import pytest
import streamlit as st

from recengine.ui.view import Answers
from tests.ui.fake_dataset import make_dataset
from tests.ui.fake_engine import FakeEngine


class BegunAnewError(Exception):
    """Stands for the run that Streamlit begins."""


def begin_anew():
    raise BegunAnewError


def test_answers_from_before_everything_was_forgotten_begin_the_page_anew(monkeypatch):
    monkeypatch.setattr(st, "rerun", begin_anew)
    engine = FakeEngine(make_dataset())
    before = Answers(engine, "1")
    assert before.facts()["people"] == 4
    st.cache_resource.clear()
    with pytest.raises(BegunAnewError):
        before.facts()
    assert Answers(engine, "2").facts()["people"] == 4
