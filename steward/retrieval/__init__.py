"""Search on stewarded data: item texts, judgments, splits, BM25, encoders, rerankers, metrics."""
