"""The correctors that `propose` runs, in this order; those that mend writing go first."""

from __future__ import annotations

from steward.fixes.adversarial import Unmask
from steward.fixes.affix import StraySigns
from steward.fixes.case import LetterCase
from steward.fixes.category import CategoryFromTitle
from steward.fixes.condition import Condition
from steward.fixes.corrector import Corrector
from steward.fixes.crosscolumn import SwappedPrices
from steward.fixes.dates import DateFormat
from steward.fixes.dependency import DependencyVote
from steward.fixes.encoding import EncodingRepair
from steward.fixes.extraction import Extraction
from steward.fixes.formats import BooleanFormat, MaskFormat
from steward.fixes.missing import DisguisedMissing
from steward.fixes.money import MoneyFormat
from steward.fixes.repeated import RepeatedNeighbour
from steward.fixes.sources import SourceVote
from steward.fixes.spacing import WhiteSpace
from steward.fixes.split import SplitValue
from steward.fixes.swap import SwapBack
from steward.fixes.typo import Typo
from steward.fixes.units import UnitFormat
from steward.fixes.wrong_category import WrongCategory
from steward.match import DuplicateRows, NearDuplicates

CORRECTORS: tuple[Corrector, ...] = (
    EncodingRepair(),
    Unmask(),
    WhiteSpace(),
    StraySigns(),
    SplitValue(),
    RepeatedNeighbour(),
    SwapBack(),
    DependencyVote(),
    Condition(),
    SourceVote(),
    Typo(),
    Extraction(),
    CategoryFromTitle(),
    WrongCategory(),
    DisguisedMissing(),
    MoneyFormat(),
    UnitFormat(),
    DateFormat(),
    BooleanFormat(),
    MaskFormat(),
    LetterCase(),
    SwappedPrices(),
    DuplicateRows(),
    NearDuplicates(),
)

WRITING = (EncodingRepair, WhiteSpace, StraySigns)
"""Those whose safe fixes the others take for granted."""
