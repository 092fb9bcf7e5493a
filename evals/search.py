"""Search: what do BM25, vectors, fusion, learning to rank and a reranker add, one by one?"""

from steward.evaluate import SearchOptions, Study, run_search

TASK = Study(
    name="search",
    about="What each stage of search adds on queries that nothing was trained on, with intervals.",
    options=SearchOptions,
    run=run_search,
)
