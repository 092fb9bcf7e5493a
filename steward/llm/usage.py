"""What model calls cost: calls, tokens, seconds, and money where the price is known."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Price:
    """Price of a million tokens, in and out; 0 for a server of one's own."""

    tokens_in: float = 0.0
    tokens_out: float = 0.0
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used: calls that were answered, prompt tokens in, completion tokens out.

    `cached_in` counts the prompt tokens that the server had in its prefix cache.
    """

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cached_in: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.calls + other.calls,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.cached_in + other.cached_in,
        )

    def cost(self, price: Price) -> float:
        """Money, in the price's currency; tokens from the prefix cache at the full price."""
        return (self.tokens_in * price.tokens_in + self.tokens_out * price.tokens_out) / 1e6
