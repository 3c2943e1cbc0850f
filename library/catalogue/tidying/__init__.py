"""What a source wrote, made into what a catalogue holds: pure, one module for each sort of text."""
