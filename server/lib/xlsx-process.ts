import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { readSheet } from 'read-excel-file/universal';
import { withAddresses } from './xlsx-addresses.ts';
import type { XlsxCell, XlsxOutcome, XlsxTask } from './xlsx-read.ts';

/** What `xlsx-read.ts` runs beside the server: reads the workbook that it is sent, and answers once. */
process.on('message', (task: XlsxTask) => void outcomeOf(task).then((outcome) => process.send!(outcome)));

async function outcomeOf({ bytes, maxBytes }: XlsxTask): Promise<XlsxOutcome> {
  try {
    const rows = await readSheet(unpacked(bytes, maxBytes).buffer, { trim: false });
    return { rows: rows.map((row) => row.map(cellOf)) };
  } catch (error) {
    // what is in the file is foreign: whatever breaks over it says that it is no workbook
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

/** The same archive with its files unpacked, within the bounds that the reader does not keep itself, and cells at their address. */
function unpacked(bytes: Uint8Array, maxBytes: number) {
  let left = maxBytes;
  const files = unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      if (!/\.(xml|rels)$/.test(name)) return false;
      // it unpacks no further than the size that is declared
      left -= originalSize;
      if (left < 0) throw new Error('too large');
      return true;
    },
  });
  for (const [name, part] of Object.entries(files)) {
    const text = strFromU8(part);
    const addressed = withAddresses(text);
    if (addressed !== text) files[name] = strToU8(addressed);
  }
  return zipSync(files, { level: 0 });
}

function cellOf(cell: unknown): XlsxCell {
  if (!(cell instanceof Date)) return cell as XlsxCell;
  // to the second: fractions of days are not exact
  const at = new Date(Math.round(cell.getTime() / 1000) * 1000);
  return Number.isNaN(at.getTime()) ? null : at.toISOString().slice(0, 19);
}
