"""The search index: records found from any spelling, kept in Tantivy, always buildable anew from the store."""

from library.catalogue.index.errors import (
    IndexBrokenError,
    IndexBusyError,
    IndexFullError,
    IndexProblem,
    NoIndexError,
)
from library.catalogue.index.reader import CatalogueIndex
from library.catalogue.index.writing import CatalogueWriter

__all__ = [
    "CatalogueIndex",
    "CatalogueWriter",
    "IndexBrokenError",
    "IndexBusyError",
    "IndexFullError",
    "IndexProblem",
    "NoIndexError",
]
