/** What the owner did and the home does not know yet. */

export type Operation =
  | { readonly kind: "make"; readonly id: string; readonly parent: string; readonly name: string }
  | {
      readonly kind: "upload";
      readonly id: string;
      readonly parent: string;
      readonly name: string;
      readonly size: number;
      readonly mime: string;
      /** RFC 3339; the file's own date. */
      readonly updatedAt: string;
    }
  | { readonly kind: "rename"; readonly id: string; readonly from: string; readonly to: string }
  | { readonly kind: "move"; readonly id: string; readonly from: string; readonly to: string }
  | {
      readonly kind: "trash";
      readonly id: string;
      readonly from: string;
      /** The content that the owner saw when they threw it away. */
      readonly md5: string;
    }
  | { readonly kind: "restore"; readonly id: string }
  | { readonly kind: "destroy"; readonly id: string }
  | { readonly kind: "tags"; readonly id: string; readonly from: string[]; readonly to: string[] }
  | { readonly kind: "favourite"; readonly id: string; readonly to: boolean };

/** Why an operation could not simply be done; the owner decides. */
export type Trouble =
  | { readonly kind: "gone" }
  | { readonly kind: "trashed" }
  | { readonly kind: "renamed"; readonly theirs: string }
  | { readonly kind: "moved"; readonly theirs: string }
  | { readonly kind: "changed"; readonly md5: string }
  | { readonly kind: "taken" }
  /** The content is not at hand: it was too large to be kept when the page was closed. */
  | { readonly kind: "missing" }
  | { readonly kind: "refused"; readonly status: number; readonly detail: string };

/** An operation as it waits: `order` tells in which order they were done. */
export interface Waiting {
  readonly order: string;
  readonly operation: Operation;
  readonly trouble?: Trouble;
  /** The owner wants it sent later. */
  readonly paused?: boolean;
  /** Where the home takes the pieces of a large content: sending goes on from there. */
  readonly address?: string;
}
