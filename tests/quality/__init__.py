"""How well the catalogue finds: queries with the records that they mean, measured beside two plain engines."""
