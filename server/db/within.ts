/**
 * SQL: whether a row lies within these parameters, of halls and of regions for what lies in none; null: everywhere.
 * @param of the table, with its dot
 */
export function isWithin(halls: string, regions: string, of = ''): string {
  return `(${halls}::text[] IS NULL OR ${of}hall_id = ANY (${halls}) OR ${of}hall_id IS NULL AND ${of}region_id = ANY (${regions}))`;
}
