-- What people wrote. place_first and place_end are NULL for a note on the whole session. No older wording is kept: what somebody
-- deletes from a note is gone. `version` counts the writes, so that a stale one can be refused.
CREATE TABLE notes (
  text_sha256 TEXT NOT NULL,
  first_turn INTEGER NOT NULL,
  end_turn INTEGER NOT NULL,
  field TEXT NOT NULL,
  reviewer_role_id TEXT NOT NULL,
  text TEXT NOT NULL,
  chips TEXT NOT NULL,
  version INTEGER NOT NULL,
  time TEXT NOT NULL,
  delete_after TEXT NOT NULL,
  PRIMARY KEY (text_sha256, first_turn, end_turn, field, reviewer_role_id)
) STRICT, WITHOUT ROWID;
