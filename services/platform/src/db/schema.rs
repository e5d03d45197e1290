//! The schema: migrated by the owner, judged by every process before it serves.
