"""Records written in the forms that other systems harvest: MARCXML and Dublin Core. Pure."""
