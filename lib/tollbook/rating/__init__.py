"""Rating: quantities and contracts in; exact amounts and the steps that explain them out. Pure code."""

from tollbook.rating.prices import BadPrice, PriceModel, QuantityOutOfRange, Rated, Step, price_model

__all__ = ["BadPrice", "PriceModel", "QuantityOutOfRange", "Rated", "Step", "price_model"]
