import numpy as np
import pytest

from recengine.encoders.text import TextTemplate, item_texts
from recengine.errors import ConfigError, UnknownNameError

DEFAULT = TextTemplate()


def test_default_template_reads_what_the_dataset_has(catalogue):
    dataset = catalogue(
        title=["Toy Story"],
        year=[1995],
        categories=[["Animation", "Comedy"]],
        description=["A cowboy doll is threatened."],
        price=[3],
    )
    assert item_texts(dataset, DEFAULT) == [
        "Toy Story (1995). Animation, Comedy. A cowboy doll is threatened."
    ]
    assert item_texts(catalogue(title=["Heat"]), DEFAULT) == ["Heat"]


def test_missing_values_are_left_out(catalogue):
    dataset = catalogue(
        title=["Heat", "Casino", ""],
        year=[1995.0, np.nan, 1960.0],
        categories=[[], ["Crime"], []],
        description=[None, "  ", None],
    )
    assert item_texts(dataset, DEFAULT) == ["Heat (1995)", "Casino. Crime", "1960"]


def test_year_is_not_said_twice(catalogue):
    assert item_texts(catalogue(title=["Heat (1995)"], year=[1995]), DEFAULT) == ["Heat (1995)"]


def test_text_after_a_full_stop_gets_no_second_one(catalogue):
    dataset = catalogue(title=["Who's there?"], description=["Nobody."], mood=["dark"])
    template = TextTemplate(fields=("title", "description", "mood"))
    assert item_texts(dataset, template) == ["Who's there? Nobody. Mood: dark"]


def test_chosen_fields_are_read_in_their_order(catalogue):
    dataset = catalogue(title=["Heat"], director_name=["Mann"], year=[1995])
    template = TextTemplate(fields=("director_name", "title"))
    assert item_texts(dataset, template) == ["Director name: Mann. Heat"]


def test_unknown_field_names_the_known_ones(catalogue):
    with pytest.raises(UnknownNameError, match=r"Unknown item field 'titel'.*Did you mean title"):
        item_texts(catalogue(title=["Heat"]), TextTemplate(fields=("titel",)))


def test_white_space_becomes_one_space(catalogue):
    assert item_texts(catalogue(title=[" A \n\t B\u00a0C "]), DEFAULT) == ["A B C"]


def test_long_text_is_cut_after_a_whole_word(catalogue):
    dataset = catalogue(title=["wonder " * 20_000, "x" * 100_000, "one two"])
    texts = item_texts(dataset, TextTemplate(max_characters=19))
    assert texts == ["wonder wonder", "x" * 19, "one two"]
    assert item_texts(catalogue(title=["ab cd"]), TextTemplate(max_characters=5)) == ["ab cd"]
    assert item_texts(catalogue(title=["ab cde"]), TextTemplate(max_characters=5)) == ["ab"]


def test_impossible_length_is_refused():
    with pytest.raises(ConfigError, match="max_characters=0 must be at least 1"):
        TextTemplate(max_characters=0)


def test_fingerprint_is_that_of_the_choice(catalogue):
    dataset = catalogue(title=["Heat"], year=[1995])
    same = TextTemplate(fields=("title", "year"))
    assert DEFAULT.fingerprint(dataset) == same.fingerprint(dataset)
    assert DEFAULT.fingerprint(dataset) != DEFAULT.fingerprint(catalogue(title=["Heat"]))
    shorter = TextTemplate(fields=("title", "year"), max_characters=10)
    assert shorter.fingerprint(dataset) != same.fingerprint(dataset)
