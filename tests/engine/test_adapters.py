"""A ranker trained on texts that an adapted encoder read, and served with the same texts."""

from pathlib import Path

import pytest
import torch

from recengine.data.sources import load_dataset
from recengine.data.workspace import Workspace
from recengine.engine import adapters, opening
from recengine.engine.adapters import as_trained
from recengine.engine.opening import fit_data
from recengine.engine.rankers import Rankers
from recengine.engine.texts.adapting import adapt_encoder
from recengine.engine.workshop import train_ranker
from recengine.errors import ConfigError, DataError, UnknownNameError
from recengine.evaluation.protocols import protocol_split
from recengine.models.base import FitData
from recengine.training.checkpoint import load_facts
from recengine.training.rankers import load_ranker
from tests.engine.conftest import SHOP
from tests.tiny_language import save_tiny_bert

QUICK = {"epochs": 1, "embedding_dim": 8}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(tmp_path_factory.mktemp("adapters"))


@pytest.fixture(autouse=True)
def tiny_encoder(home: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = home.path / "tiny-bert"
    if not folder.exists():
        save_tiny_bert(folder, ("rain", "garden", "bike", "red", "a", "of", "for"))
    for module in (adapters, opening):
        monkeypatch.setattr(module, "DEFAULT_ENCODER", str(folder))


@pytest.fixture
def data(home: Workspace) -> FitData:
    dataset = load_dataset(SHOP, home)
    return fit_data(dataset, protocol_split(dataset), home)[0]


@pytest.fixture(scope="module")
def trained(home: Workspace) -> Path:
    """The file of a ranker; made by the first test that asks for it."""
    return home.folder("rankers") / "storefront_40x60_1-unified.safetensors"


def test_without_an_adapter_it_says_how_to_make_one(home: Workspace) -> None:
    with pytest.raises(ConfigError, match=r"no adapter 'top' .* recengine adapt .* --method top"):
        train_ranker(SHOP, "unified", home, overrides=QUICK, adapter="top")
    with pytest.raises(UnknownNameError, match="Unknown way of adapting 'best'"):
        train_ranker(SHOP, "unified", home, overrides=QUICK, adapter="best")


def test_a_ranker_that_reads_no_texts_is_refused(home: Workspace) -> None:
    with pytest.raises(ConfigError, match=r"'gru' does not learn .* one of unified"):
        train_ranker(SHOP, "gru", home, overrides={"epochs": 1}, adapter="top")


def test_it_learns_from_what_the_adapter_reads_and_is_served_with_it(
    home: Workspace, data: FitData, trained: Path
) -> None:
    made = Path(adapt_encoder(SHOP, home, epochs=1)["file"])
    facts = train_ranker(SHOP, "unified", home, overrides=QUICK, adapter="top")
    assert facts["adapter"]["method"] == "top"
    assert facts["adapter"]["file"] == made.name
    assert load_facts(trained)["adapter"] == facts["adapter"]
    assert data.text is not None
    read = as_trained(trained, data, home)
    assert read.text is not None
    assert not torch.allclose(torch.from_numpy(read.text), torch.from_numpy(data.text))
    rankers = Rankers(data, home)
    adapted, plain = (load_ranker(trained, each)[0].text for each in (read, data))
    torch.testing.assert_close(rankers["unified"].text, adapted)
    assert not torch.allclose(adapted, plain)
    assert rankers.facts("unified")["adapter"]["method"] == "top"


def test_a_changed_or_lost_adapter_is_told_and_not_guessed(
    home: Workspace, data: FitData, trained: Path
) -> None:
    path = home.folder("adapters") / load_facts(trained)["adapter"]["file"]
    kept = path.read_bytes()
    path.unlink()
    with pytest.raises(DataError, match=r"is not that adapter any more.* recengine adapt"):
        Rankers(data, home)["unified"]
    path.write_bytes(kept + b" ")
    with pytest.raises(DataError, match="Bring it back, or train again"):
        Rankers(data, home)["unified"]
    path.write_bytes(kept)
    assert "unified" in Rankers(data, home)


def test_an_adapter_made_for_other_data_is_not_taken(home: Workspace) -> None:
    folder = home.folder("adapters")
    made = next(folder.glob("storefront_40x60_1-top-*"))
    (folder / made.name.replace("_1-top", "_2-top")).write_bytes(made.read_bytes())
    with pytest.raises(ConfigError, match="made for other data or another encoder"):
        train_ranker("storefront:40x60:2", "unified", home, overrides=QUICK, adapter="top")


def test_a_method_whose_name_goes_on_is_another_one(home, data: FitData, monkeypatch) -> None:
    made = next(home.folder("adapters").glob("storefront_40x60_1-top-*"))
    other = made.with_name(made.name.replace("-top-", "-top-together-"))
    other.write_bytes(made.read_bytes())  # the newer of the two
    config = load_facts(made)["config"] | {"method": "top+together"}
    changed = {other: load_facts(made) | {"config": config}}
    monkeypatch.setattr(adapters, "load_facts", lambda path: changed.get(path) or load_facts(path))
    found = adapters._newest("top", data, home)
    other.unlink()
    assert found == made


def test_a_ranker_of_plain_texts_is_served_as_before(home: Workspace, data: FitData) -> None:
    facts = train_ranker(SHOP, "unified", home, overrides=QUICK)
    assert "adapter" not in facts
    assert as_trained(Path(facts["path"]), data, home) is data
