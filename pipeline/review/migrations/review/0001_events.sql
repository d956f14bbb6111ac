-- One row an entry of the chain. An event keeps all its columns; an erased one keeps seq, event_id and prev_hash only; an erasure lists
-- the ids of what was erased. No column names or groups a person: reviewers are roles.
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL UNIQUE,
  prev_hash TEXT NOT NULL,
  time TEXT,
  action TEXT,
  reviewer_role_id TEXT,
  text_sha256 TEXT,
  segment_id TEXT,
  first_turn INTEGER,
  end_turn INTEGER,
  segment_text_sha256 TEXT,
  guideline_version TEXT,
  w INTEGER,
  c INTEGER,
  codes TEXT,
  contributions TEXT,
  overall INTEGER,
  outcome TEXT,
  unsure INTEGER,
  confidence INTEGER,
  reason_code TEXT,
  assisted INTEGER,
  blind INTEGER,
  model_sha256_seen TEXT,
  revealed_before_decision INTEGER,
  seconds_on_segment INTEGER,
  target_event_id TEXT,
  erased_event_ids TEXT
) STRICT;

CREATE INDEX events_of_session ON events (text_sha256, reviewer_role_id, seq);

CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
BEGIN
  SELECT RAISE(ABORT, 'events are never deleted');
END;

-- The one change that is allowed is erasure, which leaves the two hashes and nothing else.
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
WHEN NEW.text_sha256 IS NOT NULL OR NEW.event_id IS NOT OLD.event_id OR NEW.prev_hash IS NOT OLD.prev_hash OR NEW.seq IS NOT OLD.seq
BEGIN
  SELECT RAISE(ABORT, 'events are never changed');
END;
