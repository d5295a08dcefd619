/** A codec of the contract as people write it: H.264, MJPEG. */
export const codecWord = (codec: string): string => codec.toUpperCase().replace(/^H26/, 'H.26');
