import { describe, expect, it } from 'vitest';
import { readPage } from '../../../server/features/storage/object-page.ts';

const page = (inner: string) =>
  `<?xml version="1.0"?><ListBucketResult xmlns="x"><Name>b</Name>${inner}</ListBucketResult>`;

describe('a page of a bucket', () => {
  it('tells objects and where it goes on', () => {
    const inner =
      '<Contents><Key>a/1&amp;2.mp4</Key><Size>17</Size></Contents>' +
      '<IsTruncated>true</IsTruncated><NextContinuationToken>007</NextContinuationToken>';
    expect(readPage(page(inner))).toEqual({
      objects: [{ name: 'a/1&2.mp4', bytes: 17 }],
      next: '007',
    });
  });

  it('may be empty', () => {
    expect(readPage(page('<KeyCount>0</KeyCount>'))).toEqual({ objects: [], next: null });
  });

  it.each([
    ['a list of buckets', '<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>'],
    ['a page of a proxy', '<html><body>sign in</body></html>'],
    ['nothing', ''],
    ['noise', '<<<>'],
  ])('is not %s', (_, text) => expect(readPage(text)).toBeNull());
});
