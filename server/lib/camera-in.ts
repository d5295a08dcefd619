/**
 * SQL that tells whether a camera is in one of these halls; `halls` is a parameter, a list of ids, or null for wherever it is,
 * also where it is gone. A list is cut by it before its limit, so that others' rows take nobody's place.
 */
export const cameraIn = (camera: string, halls: `$${number}`): string =>
  `(${halls}::text[] IS NULL OR EXISTS (SELECT FROM camera WHERE camera.id = ${camera} AND camera.hall_id = ANY (${halls})))`;
