import pytest

from recengine.data.film_titles import readable_title, split_year


@pytest.mark.parametrize(
    ("title", "name", "year"),
    [
        ("Toy Story (1995)", "Toy Story", 1995),
        ("Seven (Se7en) (1995)", "Seven (Se7en)", 1995),
        ("Land Before Time III (1995) (V)", "Land Before Time III", 1995),
        ("Associate, The (L'Associe)(1982)", "Associate, The (L'Associe)", 1982),
        ("Heidi Fleiss (1995) ", "Heidi Fleiss", 1995),
        ("2001: A Space Odyssey", "2001: A Space Odyssey", None),
        ("unknown", "unknown", None),
    ],
)
def test_the_year_is_taken_off_the_end(title, name, year):
    assert split_year(title) == (name, year)


@pytest.mark.parametrize(
    ("filed", "said"),
    [
        ("Innocents, The", "The Innocents"),
        ("Fish Called Wanda, A", "A Fish Called Wanda"),
        ("Postino, Il", "Il Postino"),
        ("Enfer, L'", "L'Enfer"),
        ("Boot, Das", "Das Boot"),
        ("Contempt (Mépris, Le)", "Contempt (Le Mépris)"),
        ("Star Maker, The (Uomo delle stelle, L')", "The Star Maker (L'Uomo delle stelle)"),
        (
            "School of Flesh, The (L' École de la chair)",
            "The School of Flesh (L'École de la chair)",
        ),
        ("Slingshot, The (Kådisbellan )", "The Slingshot (Kådisbellan)"),
        ("Good, The Bad and The Ugly, The", "The Good, The Bad and The Ugly"),
        ("Sex, Lies, and Videotape", "Sex, Lies, and Videotape"),
        ("Paris, Texas", "Paris, Texas"),
        ("Cr&#233;ation", "Création"),
    ],
)
def test_articles_move_to_the_front(filed, said):
    assert readable_title(filed) == said
