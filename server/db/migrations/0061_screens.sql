-- Up Migration

-- Screens of the wall 大屏, by group and name: what each shows when its browser comes back.
CREATE TABLE wall_screen (
  group_name  text NOT NULL,
  name        text NOT NULL,
  -- as the contract has it (ScreenShow)
  show        jsonb NOT NULL,
  -- username of who keeps others and alerts from changing it
  locked_by   text,
  seen_at     timestamptz NOT NULL,
  PRIMARY KEY (group_name, name)
);

-- How alerts drive a screen, or with an empty name a group (ScreenDrive).
CREATE TABLE wall_drive (
  group_name  text NOT NULL,
  name        text NOT NULL,
  drive       jsonb NOT NULL,
  PRIMARY KEY (group_name, name)
);
