-- Up Migration

-- Nothing ever asked it: viewing_policy says where a reason is wanted.
DROP TABLE audit_reason_policy;
