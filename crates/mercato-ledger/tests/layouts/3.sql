-- Layout 3 of a ledger, for the test that opens one.

CREATE TABLE documents (
  seq       INTEGER PRIMARY KEY,
  id        TEXT NOT NULL,
  revision  INTEGER NOT NULL,
  sha256    TEXT NOT NULL,
  text      TEXT NOT NULL,
  title     TEXT,
  lang      TEXT,
  published TEXT,
  outlet    TEXT,
  url       TEXT,
  added_at  TEXT NOT NULL,
  UNIQUE (id, revision)
) STRICT;

CREATE TABLE claims (
  seq       INTEGER PRIMARY KEY,
  id        TEXT NOT NULL UNIQUE,
  document  INTEGER NOT NULL REFERENCES documents (seq),
  kind      TEXT NOT NULL,
  status    TEXT NOT NULL,
  lang      TEXT NOT NULL,
  score     REAL NOT NULL,
  day_first INTEGER,
  day_last  INTEGER,
  json      TEXT NOT NULL,
  start     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX claims_document ON claims (document, kind, start);
CREATE INDEX claims_kind ON claims (kind, day_first DESC);
CREATE INDEX claims_day ON claims (day_first DESC);

CREATE TABLE names (
  seq  INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  tail TEXT NOT NULL,
  UNIQUE (name, role)
) STRICT;
CREATE INDEX names_tail ON names (tail) WHERE role = 'person';

CREATE TABLE claim_names (
  name  INTEGER NOT NULL,
  claim INTEGER NOT NULL,
  slot  TEXT NOT NULL,
  PRIMARY KEY (name, claim, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_names_claim ON claim_names (claim);

CREATE TABLE forms (
  key  TEXT NOT NULL,
  name INTEGER NOT NULL,
  PRIMARY KEY (key, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE notes (
  document INTEGER NOT NULL REFERENCES documents (seq),
  ordinal  INTEGER NOT NULL,
  code     TEXT NOT NULL,
  start    INTEGER,
  "end"    INTEGER,
  rule     TEXT,
  detail   TEXT NOT NULL,
  PRIMARY KEY (document, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE arrivals (
  document INTEGER PRIMARY KEY REFERENCES documents (seq),
  public   INTEGER NOT NULL,
  kept     INTEGER NOT NULL,
  print    BLOB NOT NULL
) STRICT;
CREATE INDEX arrivals_public ON arrivals (public DESC);

CREATE TABLE operations (
  seq  INTEGER PRIMARY KEY,
  id   TEXT NOT NULL UNIQUE,
  at   TEXT NOT NULL,
  json TEXT NOT NULL
) STRICT;

CREATE TABLE tombstones (
  seq  INTEGER PRIMARY KEY,
  at   TEXT NOT NULL,
  salt TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER documents_stay BEFORE UPDATE ON documents BEGIN SELECT raise(ABORT, 'the ledger only appends'); END;
CREATE TRIGGER documents_keep BEFORE DELETE ON documents BEGIN SELECT raise(ABORT, 'the ledger only appends'); END;
CREATE TRIGGER claims_stay BEFORE UPDATE ON claims BEGIN SELECT raise(ABORT, 'the ledger only appends'); END;
CREATE TRIGGER claims_keep BEFORE DELETE ON claims BEGIN SELECT raise(ABORT, 'the ledger only appends'); END;
CREATE TRIGGER notes_stay BEFORE UPDATE ON notes BEGIN SELECT raise(ABORT, 'the ledger only appends'); END;
CREATE TRIGGER notes_keep BEFORE DELETE ON notes BEGIN SELECT raise(ABORT, 'the ledger only appends'); END;
CREATE TRIGGER operations_stay BEFORE UPDATE ON operations BEGIN SELECT raise(ABORT, 'the ledger only appends'); END;
CREATE TRIGGER operations_keep BEFORE DELETE ON operations BEGIN SELECT raise(ABORT, 'the ledger only appends'); END;
CREATE TRIGGER tombstones_stay BEFORE UPDATE ON tombstones BEGIN SELECT raise(ABORT, 'the ledger only appends'); END;
CREATE TRIGGER tombstones_keep BEFORE DELETE ON tombstones BEGIN SELECT raise(ABORT, 'the ledger only appends'); END;
