"""Whether two records are of the same person: one model, scored in bulk and one at a time.

The model is Fellegi and Sunter's (A Theory for Record Linkage, Journal of the American Statistical
Association 64, 1969): each comparison adds the weight of the level that holds, log2 of how much
likelier it is among pairs of one person than among pairs of two. Splink trains the weights and
scores in bulk; `scoring` gives the same weights for one pair.
"""
