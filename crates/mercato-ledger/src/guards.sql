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
