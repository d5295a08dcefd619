/** One of a list to choose from. */
export interface Choice {
  value: string;
  label: string;
  /** Below other choices, in steps of a tree. */
  depth?: number;
}
