-- What /api/db-test writes and reads.
CREATE TABLE visits (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id text NOT NULL CHECK (length(request_id) <= 128),
    written_at timestamptz NOT NULL DEFAULT now()
);
