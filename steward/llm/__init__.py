"""Any OpenAI-compatible model server: calls, batches with cache and resume, prompts."""
