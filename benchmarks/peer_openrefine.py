"""A thin client of a running OpenRefine 3.6 (`apt-get install openrefine`; `openrefine -p 3333`).

Every column is clustered once with one method, and every cluster is accepted with the value that
OpenRefine itself would suggest: the most frequent one.
"""

from __future__ import annotations

import csv
import io
import json
import urllib.parse
import urllib.request
from typing import Any

from steward.evaluate import Case
from steward.evaluate.case import Cells

METHODS: dict[str, dict[str, Any]] = {
    "fingerprint": {"type": "binning", "function": "fingerprint", "params": {}},
    "2-gram": {"type": "binning", "function": "ngram-fingerprint", "params": {"ngram-size": 2}},
    "kNN, Levenshtein": {
        "type": "knn",
        "function": "levenshtein",
        "params": {"radius": 1.0, "blocking-ngram-size": 6},
    },
}
ALL = json.dumps({"facets": [], "mode": "row-based"})


class OpenRefine:
    """One server; `repair` makes a project of a case, clusters it, exports it and deletes it."""

    def __init__(self, address: str, method: str, limit: float) -> None:
        """Use the server at `address` (http://host:port) with one of METHODS."""
        self.address, self.method, self.limit = address.rstrip("/"), METHODS[method], limit

    def repair(self, case: Case) -> Cells:
        """The cells after every cluster of every column was merged."""
        project = self._create(case)
        try:
            for number in range(len(case.columns)):
                self._merge(project, f"c{number}")
            return self._export(project)
        finally:
            self._ask("delete-project", {}, {"project": project})

    def _create(self, case: Case) -> str:
        page = io.StringIO()
        writer = csv.writer(page, lineterminator="\n")
        writer.writerow([f"c{number}" for number in range(len(case.columns))])
        writer.writerows(case.dirty)
        options = {"encoding": "UTF-8", "separator": ",", "headerLines": 1, "storeBlankRows": True,
                   "guessCellValueTypes": False, "storeBlankCellsAsNulls": True,
                   "trimStrings": False}  # fmt: skip
        fields = {"project-name": "case", "format": "text/line-based/*sv",
                  "options": json.dumps(options)}  # fmt: skip
        body, kind = _form(fields, page.getvalue())
        url = self._url("create-project-from-upload", {"options": json.dumps(options)}, token=True)
        request = urllib.request.Request(url, body, {"Content-Type": kind})
        with urllib.request.urlopen(request, timeout=self.limit) as answer:
            query = urllib.parse.urlparse(answer.geturl()).query
        return urllib.parse.parse_qs(query)["project"][0]

    def _merge(self, project: str, column: str) -> None:
        clusterer = json.dumps({**self.method, "column": column})
        place = {"project": project}
        found = self._ask("compute-clusters", {"engine": ALL, "clusterer": clusterer}, place)
        edits = []
        for cluster in found:
            best = max(cluster, key=lambda choice: (choice["c"], choice["v"]))["v"]
            others = [choice["v"] for choice in cluster if choice["v"] != best]
            edits.append({"from": others, "to": best})
        if edits:
            fields = {"engine": ALL, "columnName": column, "expression": "value",
                      "edits": json.dumps(edits)}  # fmt: skip
            self._ask("mass-edit", fields, place)

    def _export(self, project: str) -> Cells:
        fields = {"project": project, "format": "csv", "engine": ALL}
        url = f"{self.address}/command/core/export-rows/case.csv"
        body = urllib.parse.urlencode(fields).encode()
        with urllib.request.urlopen(url, body, timeout=self.limit) as answer:
            text = answer.read().decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))[1:]

    def _ask(self, command: str, fields: dict[str, str], query: dict[str, str]) -> Any:
        body = urllib.parse.urlencode({**fields, **query}).encode()
        url = self._url(command, query, token=True)
        with urllib.request.urlopen(url, body, timeout=self.limit) as answer:
            return json.load(answer)

    def _url(self, command: str, query: dict[str, str], *, token: bool) -> str:
        whole = {**query, "csrf_token": self._token()} if token else query
        return f"{self.address}/command/core/{command}?{urllib.parse.urlencode(whole)}"

    def _token(self) -> str:
        url = f"{self.address}/command/core/get-csrf-token"
        with urllib.request.urlopen(url, timeout=self.limit) as answer:
            return str(json.load(answer)["token"])


def _form(fields: dict[str, str], text: str) -> tuple[bytes, str]:
    edge = "----case-of-steward-eval"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = 'Content-Disposition: form-data; name="project-file"; filename="case.csv"'
    parts.append(f"--{edge}\r\n{head}\r\nContent-Type: text/csv\r\n\r\n{text}\r\n--{edge}--\r\n")
    return "".join(parts).encode(), f"multipart/form-data; boundary={edge}"
