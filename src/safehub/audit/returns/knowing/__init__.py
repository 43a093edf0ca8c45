"""Whether each agency knows the children of the sample: asked, answered, chased."""
