"""The goods of the simulated shop: titles, texts, prices, and what draws people to them.

Axes: items = products on sale, categories = the shelves, kinds = nouns, brands.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float64, Int64

from recengine.data.storefront.words import CATEGORY_NAMES, SHELVES, Product, Shelf
from recengine.types import CATEGORIES, DESCRIPTION, ITEM_ID, TITLE

KINDS = tuple((shelf, product) for shelf in SHELVES for product in shelf.products)
BRANDS = tuple(brand for shelf in SHELVES for brand in shelf.brands)
_TITLES_PER_KIND = 36  # adjectives times finishes


@dataclass(frozen=True, eq=False)
class Catalogue:
    """What is on sale.

    Attributes:
        table: item_id, title, description, categories, price (euros), brand.
        kinds: index of each item's noun in `KINDS`.
        brands: index of each item's brand in `BRANDS`.
        price_levels: how dear an item is for its kind, 0 on average, about -2 to 2.
        appeal: log-odds by which everybody prefers it.
    """

    table: pd.DataFrame
    kinds: Int64[np.ndarray, "items"]
    brands: Int64[np.ndarray, "items"]
    price_levels: Float64[np.ndarray, "items"]
    appeal: Float64[np.ndarray, "items"]


def category_shares_of_kinds() -> Float64[np.ndarray, "kinds categories"]:
    """How each noun splits among the categories; rows sum to 1."""
    shares = np.zeros((len(KINDS), len(CATEGORY_NAMES)))
    for row, (shelf, product) in enumerate(KINDS):
        names = categories_of(shelf, product)
        for name in names:
            shares[row, CATEGORY_NAMES.index(name)] = 1 / len(names)
    return shares


def categories_of(shelf: Shelf, product: Product) -> list[str]:
    """Categories of a product, the shelf it stands on first."""
    return [shelf.name, product.also] if product.also else [shelf.name]


def make_catalogue(num_items: int, rng: np.random.Generator) -> Catalogue:
    """Stock the shop, about equally from all shelves."""
    kinds = rng.permutation(np.arange(num_items) % len(KINDS))
    copies = _running_number(kinds)
    order = np.stack([rng.permutation(_TITLES_PER_KIND) for _ in KINDS])
    variants = order[kinds, copies % _TITLES_PER_KIND]
    brand_in_shelf = rng.integers(3, size=num_items)
    price_levels = rng.normal(size=num_items)
    appeal = rng.gumbel(scale=0.5, size=num_items)  # a few bestsellers, many quiet items
    rows = [
        _describe(int(kind), int(variant), int(copy) // _TITLES_PER_KIND)
        for kind, variant, copy in zip(kinds, variants, copies, strict=True)
    ]
    table = pd.DataFrame(rows, columns=[TITLE, DESCRIPTION, CATEGORIES])
    table.insert(0, ITEM_ID, pd.Series([f"item-{n:04d}" for n in range(1, num_items + 1)]))
    shelves = kinds // len(SHELVES[0].products)
    brands = 3 * shelves + brand_in_shelf
    table["price"] = _prices(kinds, price_levels)
    table["brand"] = pd.Series(np.array(BRANDS)[brands], dtype="str")
    return Catalogue(table, kinds, brands, price_levels, appeal)


def _running_number(kinds: Int64[np.ndarray, "items"]) -> Int64[np.ndarray, "items"]:
    return pd.Series(kinds).groupby(kinds).cumcount().to_numpy()


def _describe(kind: int, variant: int, edition: int) -> tuple[str, str, list[str]]:
    shelf, product = KINDS[kind]
    finishes = product.finishes or shelf.finishes
    adjective, detail = list(shelf.adjectives.items())[variant // len(finishes)]
    again = f", no. {edition + 1}" if edition else ""  # only in shops of thousands of items
    title = f"{adjective} {product.noun}, {finishes[variant % len(finishes)]}{again}"
    return title, f"{product.purpose} {detail}", categories_of(shelf, product)


def _prices(
    kinds: Int64[np.ndarray, "items"], levels: Float64[np.ndarray, "items"]
) -> Float64[np.ndarray, "items"]:
    typical = np.array([product.price for _, product in KINDS])[kinds]
    return np.round(typical * np.exp(0.3 * levels)) - 0.05
