"""How a program's one TOML file is read, and what a file with a secret must be like; knows no program's keys."""
