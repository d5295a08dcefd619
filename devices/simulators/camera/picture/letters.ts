import { profiles, type Profile, type Scene, type SimulatedCamera } from '../model.ts';
import { PHRASES } from './display-board.ts';
import { CLOCK_CHARACTERS } from './frame/osd.ts';
import { drawLines, type TextLine, type TextMask } from './scenery/lettering.ts';

/** Height of the letters that a camera writes into its picture, as a share of the picture's. */
const OSD_SHARE = 1 / 25;
const LABEL_SIZE = 96;
/** Rows of dots of a display that shows Chinese. */
const PHRASE_DOTS = 15;

/** Every text of all pictures that is not part of a room, drawn in one go. */
export class Letters {
  readonly #masks: ReadonlyMap<string, TextMask>;

  private constructor(masks: ReadonlyMap<string, TextMask>) {
    this.#masks = masks;
  }

  static async draw(ffmpegPath: string, cameras: readonly SimulatedCamera[]): Promise<Letters> {
    const sizes = Object.values(profiles).map(osdSize);
    const lines = new Map<string, TextLine>();
    const add = (text: string, size: number) => lines.set(keyOf(text, size), { text, size });
    for (const size of sizes) {
      for (const character of CLOCK_CHARACTERS) add(character, size);
      for (const { id, name } of cameras) {
        add(name, size);
        add(id, size);
      }
    }
    for (const phrase of PHRASES) add(phrase, PHRASE_DOTS);
    for (const { scene } of cameras) for (const label of labelsOf(scene)) add(label, LABEL_SIZE);
    const masks = await drawLines(ffmpegPath, [...lines.values()]);
    return new Letters(new Map([...lines.keys()].map((key, index) => [key, masks[index]!])));
  }

  /** A camera's name in the size of a profile; its id where there is no font for the name. */
  cameraName({ id, name }: SimulatedCamera, profile: Profile): TextMask {
    const mask = this.#find(name, osdSize(profile));
    return mask.width > 1 ? mask : this.#find(id, osdSize(profile));
  }

  clock(profile: Profile): TextMask[] {
    return [...CLOCK_CHARACTERS].map((character) => this.#find(character, osdSize(profile)));
  }

  phrases(): TextMask[] {
    return PHRASES.map((phrase) => this.#find(phrase, PHRASE_DOTS));
  }

  labels(scene: Scene): TextMask[] {
    return labelsOf(scene).map((label) => this.#find(label, LABEL_SIZE));
  }

  #find(text: string, size: number): TextMask {
    const mask = this.#masks.get(keyOf(text, size));
    if (!mask) throw new Error(`"${text}" was not drawn`);
    return mask;
  }
}

const osdSize = ({ height }: Profile): number => Math.round(height * OSD_SHARE);
const keyOf = (text: string, size: number): string => `${size} ${text}`;
const labelsOf = (scene: Scene): readonly string[] => (scene.kind === 'window' ? [scene.label] : scene.windows);
