import { ModelFileError } from '../../inference/model.js';
import { readHead, type Head } from './head.js';
import { Lines } from './lines.js';
import { readTail, type Tail } from './tail.js';
import { readTree, type TreeText } from './tree-text.js';

/** A model from its text. */
export interface LightgbmModel {
  readonly head: Head;
  readonly trees: readonly TreeText[];
  readonly tail: Tail;
}

/**
 * Reads the text of `Booster.save_model` or of a pickled Booster.
 * @throws ModelFileError with one line that names the missing, damaged or unsupported part
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
    // There are empty lines between trees and after the last one.
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
