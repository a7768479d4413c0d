import { ModelFileError } from '../../inference/model.js';
import { readHead, type Head } from './head.js';
import { Lines } from './lines.js';
import { readTail, type Tail } from './tail.js';
import { readTree, type TreeText } from './tree-text.js';

/** A model as its text tells it. */
export interface LightgbmModel {
  readonly head: Head;
  readonly trees: readonly TreeText[];
  readonly tail: Tail;
}

/**
 * Reads the text that `Booster.save_model` writes, and that a pickled Booster holds.
 * @throws ModelFileError in one line that names what is missing, damaged or not supported
 */
export function readLightgbm(bytes: Buffer): LightgbmModel {
  const lines = new Lines(bytes);
  const head = readHead(lines);
  const trees = readTrees(lines, head);
  return { head, trees, tail: readTail(lines) };
}

function readTrees(lines: Lines, head: Head): TreeText[] {
  const trees: TreeText[] = [];
  while (lines.startsWith('Tree=')) {
    trees.push(readTree(lines, trees.length));
    // Empty lines lie between trees, and behind the last one.
    while (lines.isEmpty && lines.advance());
  }
  if (head.trees !== undefined && trees.length !== head.trees) {
    throw new ModelFileError(
      `the file holds ${trees.length} trees of ${head.trees}: it is cut short or damaged`,
    );
  }
  if (trees.length === 0) throw new ModelFileError('the model has no trees: it was not trained');
  if (trees.length % head.scores !== 0) {
    throw new ModelFileError(
      `${trees.length} trees do not make whole rounds of ${head.scores} (num_tree_per_iteration)`,
    );
  }
  return trees;
}
