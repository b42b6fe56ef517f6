"""Documents that are drawn: cards, sheets of vouchers, statements. No models live here."""
