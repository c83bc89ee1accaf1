-- The layout of a ledger. A change of it raises VERSION in layout.rs and brings a migration.

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
  json      TEXT NOT NULL,              -- the record of docs/claims.md
  start     INTEGER NOT NULL DEFAULT 0  -- where its first quote begins: claims of one sentence are found by it
) STRICT;
CREATE INDEX claims_document ON claims (document, kind, start);
CREATE INDEX claims_kind ON claims (kind, day_first DESC);
CREATE INDEX claims_day ON claims (day_first DESC);

-- Every folded name that claims hold, once; derived from claims.json, as are the three tables after it.
CREATE TABLE names (
  seq  INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,                   -- person or firm: how the name is folded and compared
  tail TEXT NOT NULL,                   -- last word of a person's name
  UNIQUE (name, role)
) STRICT;
CREATE INDEX names_tail ON names (tail) WHERE role = 'person';

-- Which claims hold a name, and in which slot.
CREATE TABLE claim_names (
  name  INTEGER NOT NULL,
  claim INTEGER NOT NULL,
  slot  TEXT NOT NULL,
  PRIMARY KEY (name, claim, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_names_claim ON claim_names (claim);

-- Every way a person is written, by the keys under which its like is looked for.
CREATE TABLE forms (
  key  TEXT NOT NULL,
  name INTEGER NOT NULL,
  PRIMARY KEY (key, name)
) STRICT, WITHOUT ROWID;

-- Which firms are named with a person: people of like names are told apart by them.
CREATE TABLE told_with (
  person INTEGER NOT NULL,
  firm   INTEGER NOT NULL,
  PRIMARY KEY (person, firm)
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

-- Since when the record has an article, and what recognises its copies; derived from documents.
CREATE TABLE arrivals (
  document INTEGER PRIMARY KEY REFERENCES documents (seq),
  public   INTEGER NOT NULL,            -- days since 1970-01-01: published, or added where that is not known
  kept     INTEGER NOT NULL,            -- added
  print    BLOB NOT NULL
) STRICT;
CREATE INDEX arrivals_public ON arrivals (public DESC);

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
