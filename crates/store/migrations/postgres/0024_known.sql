-- Since when a credential bears its name.
ALTER TABLE credentials ADD COLUMN named_at BIGINT NOT NULL DEFAULT 0;
UPDATE credentials SET named_at = created_at;

-- When it was last looked through which credentials a document names, and whether who saved or published it may use
-- them; 0 is never.
ALTER TABLE workflows ADD COLUMN checked_at BIGINT NOT NULL DEFAULT 0;
UPDATE workflows SET checked_at = updated_at;
ALTER TABLE versions ADD COLUMN checked_at BIGINT NOT NULL DEFAULT 0;
UPDATE versions SET checked_at = created_at;
