"""Who may borrow what until when: rules, calendar, due dates, item and card patterns."""
