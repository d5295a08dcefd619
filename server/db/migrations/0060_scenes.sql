-- Up Migration

-- Scenes 场景: named layouts of the wall. Those of halls are made from what is there and not kept.
CREATE TABLE wall_scene (
  id          text COLLATE "C" PRIMARY KEY,
  name        jsonb NOT NULL,
  -- as the contract has it (SceneCell)
  cells       jsonb NOT NULL,
  owner       text NOT NULL,
  shared      boolean NOT NULL,
  -- its version
  updated_at  timestamptz NOT NULL
);
