"""Who may borrow: patrons, their cards and categories."""
