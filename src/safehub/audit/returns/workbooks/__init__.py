"""The workbooks that agencies answer in: written, read when filled, and marked where mistaken."""
