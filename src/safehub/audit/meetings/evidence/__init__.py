"""What a finding rests on: figures and passages, kept as they stood."""
