import { drawsText, makePicture, type PictureRequest, type PictureTools } from './picture-command.ts';
import { Turns } from './turns.ts';

/** A picture takes a core for a tenth of a second. */
const AT_A_TIME = 2;
const KEPT_BYTES = 16 * 1024 * 1024;

/** Makes JPEGs, a few at a time, and keeps the newest: whoever drags along a timeline asks for the same ones again. */
export class PictureDesk {
  readonly #tools: PictureTools;
  readonly #turns = new Turns(AT_A_TIME);
  readonly #kept = new Map<string, Buffer>();
  readonly #making = new Map<string, Promise<Buffer>>();
  #keptBytes = 0;
  #drawsText: Promise<boolean> | null = null;

  constructor(tools: PictureTools) {
    this.#tools = tools;
  }

  /** Whether lines can be burnt in here. */
  drawsText(): Promise<boolean> {
    return (this.#drawsText ??= drawsText(this.#tools.ffmpegPath));
  }

  /**
   * The picture of this key, made by what `request` gives where it is not kept. Throws FOOTAGE_BUSY where too many wait, and as
   * makePicture.
   */
  async kept(key: string, request: () => Promise<PictureRequest>): Promise<Buffer> {
    const known = this.#kept.get(key);
    if (known) {
      this.#keep(key, known);
      return known;
    }
    const making = this.#making.get(key) ?? this.make(request).finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    const jpeg = await making;
    this.#keep(key, jpeg);
    return jpeg;
  }

  /** The same without keeping it. */
  async make(request: () => Promise<PictureRequest>): Promise<Buffer> {
    await this.#turns.take();
    try {
      return await makePicture(await request(), this.#tools);
    } finally {
      this.#turns.giveBack();
    }
  }

  /** Puts it last in the order in which pictures are forgotten. */
  #keep(key: string, jpeg: Buffer): void {
    if (this.#kept.delete(key)) this.#keptBytes -= jpeg.length;
    this.#kept.set(key, jpeg);
    this.#keptBytes += jpeg.length;
    for (const [oldest, { length }] of this.#kept) {
      if (this.#keptBytes <= KEPT_BYTES) break;
      this.#kept.delete(oldest);
      this.#keptBytes -= length;
    }
  }
}
