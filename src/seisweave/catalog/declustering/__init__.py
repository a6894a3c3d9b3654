"""Which events would have come without the others: windows, links, nearest neighbours; what they leave behind."""
