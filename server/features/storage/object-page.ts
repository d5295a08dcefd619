import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';

export interface StoredObject {
  name: string;
  bytes: number;
}

const xml = new XMLParser({
  parseTagValue: false,
  isArray: (name) => name === 'Contents' || name === 'CommonPrefixes',
});

/** An answer of ListObjectsV2, as far as it is needed. */
const Listing = z.object({
  ListBucketResult: z.object({
    Contents: z.array(z.object({ Key: z.string(), Size: z.coerce.number() })).default([]),
    NextContinuationToken: z.string().nullable().default(null),
  }),
});

/** One page of what a bucket holds, and what to ask for the next one with. */
export interface ObjectPage {
  objects: StoredObject[];
  next: string | null;
}

/** Null where this is no such page. */
export function readPage(text: string): ObjectPage | null {
  const { success, data } = Listing.safeParse(parsed(text));
  if (!success) return null;
  const { Contents, NextContinuationToken: next } = data.ListBucketResult;
  return { objects: Contents.map(({ Key: name, Size: bytes }) => ({ name, bytes })), next };
}

function parsed(text: string): unknown {
  try {
    return xml.parse(text);
  } catch {
    return null;
  }
}
