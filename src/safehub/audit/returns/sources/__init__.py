"""What a return rests on beside the record: who was spoken to, or why nobody was."""
