"""The sandbox's own tables. Times are local ISO texts, ids of documents and jobs are integers."""

from __future__ import annotations

from typing import Final

SCHEMA: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE unit (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, code TEXT NOT NULL, parent_id TEXT NOT NULL,
    tier TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, successors TEXT NOT NULL);
CREATE TABLE person (
    user_id TEXT PRIMARY KEY, username TEXT NOT NULL UNIQUE, password TEXT NOT NULL,
    full_name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL, locked INTEGER NOT NULL);
CREATE TABLE posting (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES person, unit_id TEXT NOT NULL REFERENCES unit,
    position TEXT NOT NULL, role TEXT NOT NULL);
CREATE INDEX posting_user ON posting (user_id);
CREATE INDEX posting_unit ON posting (unit_id);
CREATE TABLE document (
    id INTEGER PRIMARY KEY, number TEXT NOT NULL, subject TEXT NOT NULL, doc_type TEXT NOT NULL,
    issuer TEXT NOT NULL, signer TEXT NOT NULL, created_at TEXT NOT NULL, issued_at TEXT NOT NULL,
    drafter_user TEXT NOT NULL, drafter_unit TEXT NOT NULL, secrecy TEXT NOT NULL, urgency TEXT NOT NULL,
    due TEXT NOT NULL, note TEXT NOT NULL, state INTEGER NOT NULL, outgoing INTEGER NOT NULL,
    hidden INTEGER NOT NULL DEFAULT 0, search TEXT NOT NULL);
CREATE INDEX document_newest ON document (issued_at DESC, id DESC);
CREATE TABLE recipient (
    doc_id INTEGER NOT NULL, unit_id TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (doc_id, unit_id));
CREATE INDEX recipient_unit ON recipient (unit_id);
CREATE TABLE doc_user (
    doc_id INTEGER NOT NULL, user_id TEXT NOT NULL, is_read INTEGER NOT NULL DEFAULT 0,
    is_marked INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (doc_id, user_id));
CREATE TABLE doc_log (
    id INTEGER PRIMARY KEY, doc_id INTEGER NOT NULL, unit_id TEXT NOT NULL, user_id TEXT NOT NULL,
    at TEXT NOT NULL, status TEXT NOT NULL, action TEXT NOT NULL, comment TEXT NOT NULL,
    passed_to TEXT NOT NULL);
CREATE INDEX doc_log_doc ON doc_log (doc_id);
CREATE TABLE doc_link (doc_id INTEGER NOT NULL, other_id INTEGER NOT NULL, PRIMARY KEY (doc_id, other_id));
CREATE TABLE file (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, content BLOB NOT NULL, size INTEGER NOT NULL,
    sha256 TEXT NOT NULL, creator TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE TABLE file_link (
    id INTEGER PRIMARY KEY, file_id INTEGER NOT NULL REFERENCES file, place TEXT NOT NULL,
    target_id INTEGER NOT NULL);
CREATE INDEX file_link_target ON file_link (place, target_id);
CREATE INDEX file_link_file ON file_link (file_id);
CREATE TABLE job (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, content TEXT NOT NULL, assigner_user TEXT NOT NULL,
    assigner_posting TEXT NOT NULL, doc_id INTEGER, parent_id INTEGER, parent_line INTEGER,
    created_at TEXT NOT NULL, due TEXT NOT NULL, priority INTEGER NOT NULL, cancelled INTEGER NOT NULL,
    grade TEXT NOT NULL, grade_text TEXT NOT NULL, search TEXT NOT NULL);
CREATE INDEX job_assigner ON job (assigner_user, id DESC);
CREATE INDEX job_document ON job (doc_id);
CREATE INDEX job_parent ON job (parent_id);
CREATE TABLE line (
    id INTEGER PRIMARY KEY, job_id INTEGER NOT NULL REFERENCES job, unit_id TEXT NOT NULL,
    user_id TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, status INTEGER NOT NULL,
    starts TEXT NOT NULL, due TEXT NOT NULL);
CREATE INDEX line_job ON line (job_id);
CREATE INDEX line_unit ON line (unit_id);
CREATE INDEX line_user ON line (user_id);
CREATE TABLE flow (
    id INTEGER PRIMARY KEY, job_id INTEGER NOT NULL, line_id INTEGER, user_id TEXT NOT NULL,
    posting_id TEXT NOT NULL, at TEXT NOT NULL, action TEXT NOT NULL, status TEXT NOT NULL,
    comment TEXT NOT NULL, grade TEXT NOT NULL, new_due TEXT NOT NULL);
CREATE INDEX flow_job ON flow (job_id);
CREATE TABLE notice (
    id INTEGER PRIMARY KEY, user_id TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
    type TEXT NOT NULL, at TEXT NOT NULL, is_read INTEGER NOT NULL DEFAULT 0,
    doc_id INTEGER, job_id INTEGER, line_id INTEGER);
CREATE INDEX notice_user ON notice (user_id, id DESC);
CREATE TABLE session (
    token TEXT PRIMARY KEY, cookie TEXT NOT NULL, user_id TEXT NOT NULL, posting_id TEXT NOT NULL,
    started INTEGER NOT NULL, expires_at TEXT NOT NULL);
CREATE INDEX session_user ON session (user_id);
CREATE TABLE catalogue (kind TEXT NOT NULL, value INTEGER NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (kind, value));
CREATE TABLE operation (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, user TEXT NOT NULL, operation TEXT NOT NULL,
    target TEXT NOT NULL, effect_key TEXT NOT NULL, natural_key TEXT NOT NULL, summary TEXT NOT NULL);
"""
