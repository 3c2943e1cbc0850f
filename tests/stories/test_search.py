"""A reader looks for a book on the kiosk, in the copy of the catalogue that a process beside it keeps."""

from tests.stories.reader import Reader


def test_a_book_is_found_by_some_letters_opened_and_nothing_of_it_is_left(reader: Reader) -> None:
    reader.touches("search")
    for letter in "de":
        reader.touches(f"type-{letter}")
    reader.touches("type-results")
    reader.touches("hit-0")
    book = reader.sees_page("book")
    reader.touches("back")
    results = reader.sees("what was found", lambda shown: "hit-0" in shown.targets)
    reader.touches("leave")
    reader.find_home()
    reader.touches("search")
    again = reader.sees_page("search")
    reader.touches("leave")
    reader.find_home()

    title = book.texts[0]

    assert title in results.texts
    assert not any(title in text for text in again.texts)
