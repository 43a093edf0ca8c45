"""Pages of tools: reading versions, starting a draft, writing it, uploading into it."""
