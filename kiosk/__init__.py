"""The appliance: what runs in front of the patron."""
