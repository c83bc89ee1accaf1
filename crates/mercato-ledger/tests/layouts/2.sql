-- Layout 2 of a ledger, for the test that opens one.

CREATE TABLE documents (
  seq       INTEGER PRIMARY KEY,
  id        TEXT NOT NULL,
  revision  INTEGER NOT NULL,           -- counted from 1
  sha256    TEXT NOT NULL,              -- of the text
  text      TEXT NOT NULL,
  title     TEXT,
  lang      TEXT,
  published TEXT,                       -- ISO 8601, at the precision known
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
  day_first INTEGER,                    -- days since 1970-01-01: first and last day on which it may have happened
  day_last  INTEGER,
  json      TEXT NOT NULL               -- the record of docs/claims.md
) STRICT;
CREATE INDEX claims_document ON claims (document);
CREATE INDEX claims_kind ON claims (kind, day_first DESC);
CREATE INDEX claims_day ON claims (day_first DESC);

-- The names in a claim's slots, folded, for looking up; derived from claims.json.
CREATE TABLE claim_names (
  role  TEXT NOT NULL,                  -- person or firm: how the name is folded and compared
  name  TEXT NOT NULL,
  claim INTEGER NOT NULL REFERENCES claims (seq),
  slot  TEXT NOT NULL,
  tail  TEXT NOT NULL,                  -- last word of a person's name
  PRIMARY KEY (role, name, claim, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_names_tail ON claim_names (tail, name) WHERE role = 'person';

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

-- Since when the record has an article, and what recognises its copies; derived from documents.
CREATE TABLE arrivals (
  document INTEGER PRIMARY KEY REFERENCES documents (seq),
  public   INTEGER NOT NULL,            -- days since 1970-01-01: published, or added where that is not known
  kept     INTEGER NOT NULL,            -- added
  print    BLOB NOT NULL
) STRICT;

-- Every way a person is written, by the keys under which its like is looked for; derived.
CREATE TABLE forms (
  key  TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (key, name)
) STRICT, WITHOUT ROWID;

-- What persons decided, and its undoing; the order of rows is that of deciding.
CREATE TABLE operations (
  seq  INTEGER PRIMARY KEY,
  id   TEXT NOT NULL UNIQUE,
  at   TEXT NOT NULL,                   -- ISO 8601
  json TEXT NOT NULL
) STRICT;

-- Who is forgotten: no name, only what recognises it when it comes again.
CREATE TABLE tombstones (
  seq  INTEGER PRIMARY KEY,
  at   TEXT NOT NULL,
  salt TEXT NOT NULL,
  hash TEXT NOT NULL                    -- of the salt and one folded form of the name
) STRICT;

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- The ledger only appends; these refuse every other program, too.
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
