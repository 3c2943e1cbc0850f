"""The library's catalogue: records taken in from any source, and the index by which they are found."""
