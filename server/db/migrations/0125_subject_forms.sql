-- Up Migration

-- What a type brings to its items and cases, as data: steps, limits to begin from, and what is asked of a case.
ALTER TABLE subject_type
  ADD COLUMN steps jsonb NOT NULL DEFAULT '[]',
  -- {counting, promised, statutory}; null: each item says its own
  ADD COLUMN limits jsonb,
  -- [{id, name, kind, required, options}]
  ADD COLUMN form jsonb NOT NULL DEFAULT '[]';
ALTER TABLE handled_case ADD COLUMN form jsonb NOT NULL DEFAULT '{}';

-- Law-enforcement officers by their certificates. Never removed: cases name them.
CREATE TABLE officer (
  certificate    text PRIMARY KEY,
  name           text NOT NULL,
  department_id  text NOT NULL REFERENCES department (id) ON DELETE RESTRICT,
  valid_from     date NOT NULL,
  valid_until    date NOT NULL,
  withdrawn_at   timestamptz,
  CHECK (valid_until >= valid_from)
);
CREATE INDEX officer_department ON officer (department_id);

INSERT INTO subject_type (id, version, name, rungs, feedback_days, steps, limits, form) VALUES
  ('disclosure-due', 1, '{"zh": "政务信息主动公开", "en": "Information to be disclosed"}', '[
    {"level": "warning", "of": "promised", "afterDays": -2},
    {"level": "yellow", "of": "promised", "afterDays": 0},
    {"level": "red", "of": "promised", "afterDays": 5}]', 5,
    '[{"id": "draft", "name": {"zh": "拟稿", "en": "Draft"}}, {"id": "review", "name": {"zh": "审核", "en": "Review"}},
      {"id": "publish", "name": {"zh": "发布", "en": "Publish"}}]',
    '{"counting": "day", "promised": 20, "statutory": 20}',
    '[{"id": "category", "name": {"zh": "公开类别", "en": "Category"}, "kind": "text", "required": true, "options": []}]'),
  ('disclosure-request', 1, '{"zh": "依申请公开", "en": "Request for information"}', '[
    {"level": "warning", "of": "promised", "afterDays": -2},
    {"level": "yellow", "of": "promised", "afterDays": 0},
    {"level": "red", "of": "statutory", "afterDays": 0}]', 5,
    '[{"id": "search", "name": {"zh": "检索", "en": "Search"}}, {"id": "hearing", "name": {"zh": "征求意见", "en": "Third parties heard"}},
      {"id": "reply", "name": {"zh": "答复", "en": "Reply"}}]',
    '{"counting": "day", "promised": 20, "statutory": 40}',
    '[{"id": "subject", "name": {"zh": "申请内容", "en": "What is asked for"}, "kind": "text", "required": true, "options": []}]'),
  ('major-project', 1, '{"zh": "重大项目", "en": "Major project"}', '[
    {"level": "warning", "of": "promised", "afterDays": -5},
    {"level": "yellow", "of": "promised", "afterDays": 0},
    {"level": "red", "of": "statutory", "afterDays": 0}]', 10,
    '[{"id": "approval", "name": {"zh": "立项", "en": "Approval"}}, {"id": "land", "name": {"zh": "用地规划", "en": "Land and planning"}},
      {"id": "permit", "name": {"zh": "施工许可", "en": "Building permit"}}, {"id": "construction", "name": {"zh": "施工", "en": "Construction"}},
      {"id": "acceptance", "name": {"zh": "竣工验收", "en": "Acceptance"}}]',
    null,
    '[{"id": "project", "name": {"zh": "项目代码", "en": "Project code"}, "kind": "text", "required": true, "options": []},
      {"id": "planned-end", "name": {"zh": "计划完成日期", "en": "Planned end"}, "kind": "date", "required": false, "options": []}]'),
  ('enforcement', 1, '{"zh": "行政执法", "en": "Law-enforcement act"}', '[
    {"level": "warning", "of": "promised", "afterDays": -5},
    {"level": "yellow", "of": "promised", "afterDays": 0},
    {"level": "red", "of": "statutory", "afterDays": 0}]', 5,
    '[{"id": "filing", "name": {"zh": "立案", "en": "Filing"}}, {"id": "investigation", "name": {"zh": "调查取证", "en": "Investigation"}},
      {"id": "review", "name": {"zh": "审查", "en": "Review"}}, {"id": "notice", "name": {"zh": "告知听证", "en": "Notice and hearing"}},
      {"id": "decision", "name": {"zh": "决定", "en": "Decision"}}, {"id": "service", "name": {"zh": "送达", "en": "Service"}},
      {"id": "execution", "name": {"zh": "执行", "en": "Execution"}}, {"id": "close", "name": {"zh": "结案", "en": "Close"}}]',
    '{"counting": "day", "promised": 45, "statutory": 60}',
    '[{"id": "act", "name": {"zh": "执法行为", "en": "Kind of act"}, "kind": "choice", "required": true, "options": [
        {"id": "licence", "name": {"zh": "行政许可", "en": "Licence"}}, {"id": "penalty", "name": {"zh": "行政处罚", "en": "Penalty"}},
        {"id": "coercion", "name": {"zh": "行政强制", "en": "Coercion"}}, {"id": "collection", "name": {"zh": "行政征收", "en": "Collection"}},
        {"id": "inspection", "name": {"zh": "行政检查", "en": "Inspection"}}]},
      {"id": "officer-1", "name": {"zh": "执法人员一", "en": "First officer"}, "kind": "certificate", "required": true, "options": []},
      {"id": "officer-2", "name": {"zh": "执法人员二", "en": "Second officer"}, "kind": "certificate", "required": true, "options": []},
      {"id": "party", "name": {"zh": "当事人", "en": "Party"}, "kind": "text", "required": false, "options": []}]'),
  ('tender', 1, '{"zh": "招标投标", "en": "Tender"}', '[
    {"level": "warning", "of": "promised", "afterDays": -2},
    {"level": "yellow", "of": "promised", "afterDays": 0},
    {"level": "red", "of": "statutory", "afterDays": 0}]', 5,
    '[{"id": "notice", "name": {"zh": "招标公告", "en": "Notice"}}, {"id": "opening", "name": {"zh": "开标", "en": "Opening"}},
      {"id": "evaluation", "name": {"zh": "评标", "en": "Evaluation"}}, {"id": "publicity", "name": {"zh": "中标公示", "en": "Publicity"}},
      {"id": "contract", "name": {"zh": "签订合同", "en": "Contract"}}]',
    '{"counting": "day", "promised": 30, "statutory": 45}',
    '[{"id": "project", "name": {"zh": "项目代码", "en": "Project code"}, "kind": "text", "required": true, "options": []}]');
