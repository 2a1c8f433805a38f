// What the panel that plays a video and the page in it say to one another.

/** What is said around a moment. */
export interface Captions {
  cues: Cue[];
  /** How many there are before these, and behind them. */
  before: number;
  after: number;
}

export interface Cue {
  second: number;
  time: string;
  text: string;
  /** Titles of the first notes that cite it. */
  notes: string[];
  /** How many do. */
  cited: number;
}

export interface Start {
  type: 'start';
  title: string;
  second: number;
  /** Whether it begins to play at once. */
  plays: boolean;
  /** A recording in the vault. */
  media: { src: string; isSound: boolean } | undefined;
  /** The address of a page for a frame. */
  embed: string | undefined;
  /** Whether it plays in a browser. */
  opens: boolean;
  /** Whether a setting decides what plays, and the folder is not trusted. */
  restricted: boolean;
  captions: Captions;
}

export type ToPage =
  | Start
  /** `shows`: the second that is to be in view. */
  | { type: 'captions'; captions: Captions; shows?: number }
  | { type: 'seek'; second: number; plays: boolean; embed: string | undefined };

export type FromPage =
  /** Where the player is. */
  | { type: 'time'; second: number }
  | { type: 'insert' }
  /** Captions around this second are wanted. */
  | { type: 'around'; second: number }
  /** The frame is to play from here on, and cannot be told so. */
  | { type: 'seek'; second: number }
  /** The moment is to be opened in a browser. */
  | { type: 'open'; second: number };
