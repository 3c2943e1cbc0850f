"""Places, records and copies from CSV files.

Each file is UTF-8 (a byte order mark is allowed) with a first line of column names, in any order; ``,`` separates. A
column that is unknown or missing ends the import of that file before its first row. Every text is trimmed and brought
to NFC. Rows may come again: a row is known by its first column below and then updates what stands there.

places
    ``code`` (ISIL-shaped: letters, digits, ``/ : -``, at most 16, like ``VN-QN-TH1``), ``name``,
    ``kind`` (``hub``, ``school``, ``reading_room``, ``community`` or ``private``),
    ``closed_weekdays`` (``;`` between numbers, Monday is 1, Sunday 7; may be empty),
    ``holidays`` (``;`` between ISO dates; the column may be left out).
records
    ``source_id`` (any text that stays the same for one record), ``title``, ``author``, ``language``, ``subjects``
    (``;`` between), ``publisher``, ``year``, ``isbn``; all but ``source_id`` and ``title`` may be empty.
copies
    ``item_id`` (must match the item patterns of the configuration), ``source_id`` (of its record), ``place`` (code of
    its home), ``item_type`` (any word, named by the lending rules, like ``book``), ``call_number`` (may be empty),
    ``status`` (``shelf``, ``reference``, ``in_process``, ``damaged``, ``missing``, ``lost`` or ``withdrawn``; the
    column may be left out: a new copy stands on the shelf, a known one keeps its status).
"""
