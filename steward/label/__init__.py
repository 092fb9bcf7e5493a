"""Labels of query and item: clicks, label functions, the label model, the judge, wrong labels."""
