"""Correctors, the backtest that puts them to the test, and the gate that decides what is safe."""

from steward.fixes.corrector import Corrector
from steward.fixes.gate import GateSettings, gate
from steward.fixes.propose import propose

__all__ = ["Corrector", "GateSettings", "gate", "propose"]
