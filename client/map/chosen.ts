/** What the person looking at a plan has picked out. */
export interface Chosen {
  kind: 'window' | 'camera';
  id: string;
}
