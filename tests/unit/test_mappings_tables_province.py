"""The files of the made-up province, good ones and decoys, read and compared with what was meant by them.

Real tables are in tests/corpus; how fast files are read is told by `make bench`.
"""

from __future__ import annotations

import unicodedata

import pytest

from mappings.tables import read_table
from sandbox.province import build, manifest


@pytest.mark.parametrize("seed", [2026, 7])
def test_the_files_of_the_made_up_province_are_read(seed: int) -> None:
    dataset = build(seed)
    contents = {
        (document.document_id, file.name): file.content
        for document in dataset.documents
        for file in document.attachments
    }
    good, read, decoys = 0, 0, 0
    for document in manifest(dataset):
        for file in document["files"]:
            rows = read_table(contents[document["document_id"], file["name"]], file["name"]).rows
            found = [(_spaced(row.content), _spaced(row.lead), _spaced(row.deadline)) for row in rows]
            wanted = [row for row in file["rows"] if row["good"]]
            good += len(wanted)
            for row in wanted:
                key = (_spaced(row["content"]), _spaced(row["lead"]), _spaced(row["deadline"]))
                if key in found:
                    found.remove(key)
                    read += 1
            decoys += sum(row.content in file["decoys"] for row in rows)
    assert good > 200
    assert read >= 0.99 * good
    assert decoys == 0


def _spaced(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
