"""The pages of a partnership's programme: its plan, the days that come, what was found before."""
