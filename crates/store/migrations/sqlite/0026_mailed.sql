-- Whether only the mail to its address brought the word of an invitation. Of those from before nobody knows.
ALTER TABLE invitations ADD COLUMN mailed INTEGER NOT NULL DEFAULT 0;
