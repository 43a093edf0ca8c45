"""Who was asked to a meeting, who has to be there and who came, as plain rows that can move."""
