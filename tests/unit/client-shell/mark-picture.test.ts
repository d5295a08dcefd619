import { expect, it } from 'vitest';
import { markPicture } from '../../../client/shell/mark-picture.ts';

const svgOf = (image: string) => decodeURIComponent(/^url\("data:image\/svg\+xml,(.*)"\)$/.exec(image)![1]!);

it('carries who watches and when', () => {
  expect(svgOf(markPicture('陈晓 supervisor', new Date(2026, 10, 27, 9, 5)))).toContain(
    '陈晓 supervisor 2026-11-27 09:05',
  );
});

it('is one picture, whatever somebody is called', () => {
  const image = markPicture('</text><script>"x"</script>&', new Date(2026, 0, 1));
  expect(image.slice(5, -2)).not.toMatch(/["'<>\s]/);
  expect(svgOf(image)).toContain('&lt;/text&gt;&lt;script&gt;');
  expect(svgOf(image)).not.toContain('<script');
});
