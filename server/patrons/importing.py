"""Patrons from a CSV file, of the same form as the files of :mod:`server.holdings.importing`.

patrons
    ``card`` (must match the card patterns of the configuration), ``name``, ``category`` (any word, named by the
    lending rules, like ``child`` or ``adult``; made when it is new), ``place`` (code of the place where the patron is
    at home), ``expires`` (ISO date, the last good day; empty for never),
    ``blocked`` (``yes`` or ``no``; the column may be left out: a new patron is not blocked, a known one stays so).
"""
