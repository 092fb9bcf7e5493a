"""The reranker of the small tier: late interaction over the token vectors of a base model.

Every token of the query looks for the token of the text that is nearest to it (MaxSim; Khattab
and Zaharia, 2020: ColBERT). The vectors are those that the base gives a token before its first
layer, so no transformer runs: fifty texts take a few milliseconds, without torch. A linear head
weighs three numbers; it is fitted on lists in seconds, which is what few judgments on two cores
allow. Kernels that count how many tokens are how near (K-NRM) were tried and did not help.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from steward.errors import InputError
from steward.retrieval.calibrate_scores import Calibration
from steward.retrieval.encoder_static import load_tokenizer
from steward.retrieval.reranker_settings import RerankerRecord

HEAD, VECTORS, TOKENIZER = "late.json", "late.npz", "tokenizer.json"
NAMES = ("nearest", "nearest_rare", "same")

Floats = npt.NDArray[np.float32]
Tokens = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LateHead:
    """The weights of the numbers, each first brought to mean 0 and deviation 1."""

    weights: tuple[float, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    names: tuple[str, ...] = NAMES

    def of(self, numbers: npt.NDArray[np.float64]) -> Floats:
        """A logit (float32) for each row of numbers."""
        scaled = (numbers - np.asarray(self.means)) / np.asarray(self.deviations)
        return np.asarray(scaled @ np.asarray(self.weights), dtype=np.float32)


class TokenVectors:
    """A tokenizer, a vector of length 1 for each of its tokens, and how rare each token is."""

    def __init__(self, tokenizer: Any, vectors: Floats, rarity: Floats, max_tokens: int) -> None:
        """Wrap them; tokens that stand for no word (padding, unknown) never match.

        Args:
            tokenizer: of the library tokenizers.
            vectors: tokens × dimensions.
            rarity: of each token, above 0: inverse document frequency.
            max_tokens: of a text; longer ones are cut.
        """
        self.vectors, self.rarity = vectors, rarity
        self._tokenizer = tokenizer
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_tokens)
        special = ("[UNK]", "<unk>", "[PAD]", "<pad>", "[CLS]", "[SEP]", "<s>", "</s>")
        self._silent = [i for i in map(tokenizer.token_to_id, special) if i is not None]

    def tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """The tokens of each text that stand for something."""
        read = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        every = (np.asarray(each.ids, dtype=np.int64) for each in read)
        return [ids[~np.isin(ids, self._silent)] for ids in every]

    def numbers(self, query: str, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """What is said of each text (texts × NAMES); a row of zeros where there is nothing to say.

        `nearest` is the mean over the query's tokens of the cosine to the nearest token of the
        text, `nearest_rare` the same weighted by rarity, `same` the share of tokens that occur.
        """
        found = np.zeros((len(texts), len(NAMES)))
        (asked,) = self.tokens([query])
        read = self.tokens(texts)
        rows = [row for row, ids in enumerate(read) if len(ids)]
        if not len(asked) or not rows:
            return found
        flat = np.concatenate([read[row] for row in rows])
        starts = np.cumsum([0, *(len(read[row]) for row in rows[:-1])])
        near = self.vectors[asked] @ self.vectors[flat].T
        best = np.maximum.reduceat(near, starts, axis=1).T
        same = np.maximum.reduceat(asked[:, None] == flat, starts, axis=1).T
        weights = self.rarity[asked] / self.rarity[asked].sum()
        found[rows] = np.stack([best.mean(1), best @ weights, same.mean(1)], axis=1)
        return found


class LateScorer:
    """Scores pairs by the head over what the token vectors say."""

    def __init__(
        self, tokens: TokenVectors, head: LateHead, name: str, calibration: Calibration
    ) -> None:
        """Wrap what `load` read."""
        self._tokens = tokens
        self._head = head
        self._name = name
        self._calibration = calibration

    @classmethod
    def load(cls, folder: Path) -> LateScorer:
        """Load a folder that a training wrote.

        Raises:
            MissingExtra: tokenizers is not installed.
            InputError: a file cannot be read.
        """
        from steward.retrieval.encoder import fingerprint

        record = RerankerRecord.load(folder)
        try:
            held = json.loads((folder / HEAD).read_text("utf-8"))
            head = LateHead(**{key: tuple(value) for key, value in held.items()})
            with np.load(folder / VECTORS) as stored:
                vectors, rarity = stored["vectors"].astype(np.float32), stored["rarity"]
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise InputError(
                f"{folder} holds no reranker of late interaction: {error!r}",
                hint="Train it again: steward train reranker",
            ) from None
        tokens = TokenVectors(
            load_tokenizer(folder / TOKENIZER), vectors, rarity, record.max_tokens
        )
        name = f"{folder.name} late {fingerprint(folder)}"
        return cls(tokens, head, name, record.calibration)

    @property
    def name(self) -> str:
        """Folder and digest of the vectors."""
        return self._name

    def score(self, pairs: Sequence[tuple[str, str]]) -> Floats:
        """Probabilities (float32) that a text is worth showing for a query."""
        return self._calibration.of(self.logits(pairs))

    def logits(self, pairs: Sequence[tuple[str, str]]) -> Floats:
        """What the head says before any curve: any number, more is better."""
        rows: dict[str, list[int]] = {}
        for row, (query, _) in enumerate(pairs):
            rows.setdefault(query, []).append(row)
        out = np.zeros(len(pairs), dtype=np.float32)
        for query, places in rows.items():
            numbers = self._tokens.numbers(query, [pairs[row][1] for row in places])
            out[places] = self._head.of(numbers)
        return out


def save_late(folder: Path, tokens: TokenVectors, head: LateHead, tokenizer: Path) -> None:
    """Write what `LateScorer.load` reads; the same parts, the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(head), indent=2, sort_keys=True)
    (folder / HEAD).write_text(text + "\n", encoding="utf-8")
    np.savez(folder / VECTORS, vectors=tokens.vectors.astype(np.float16), rarity=tokens.rarity)
    (folder / TOKENIZER).write_bytes(tokenizer.read_bytes())
