import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { boosterEvaluator } from './evaluator.js';
import { readXgboost } from './read-model.js';

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../../test/fixtures/xgboost/2.0.3/${name}`, import.meta.url));

interface Tree {
  left_children: number[];
  right_children: number[];
  split_indices: number[];
  split_conditions: (number | string)[];
  default_left: number[];
  categories_nodes: number[];
  split_type: number[];
  tree_param: Record<string, string>;
}
interface Model {
  learner: {
    learner_model_param: Record<string, string>;
    objective: { name: string };
    feature_names: string[];
    gradient_booster: {
      name: string;
      model: { trees: Tree[]; tree_info: number[]; gbtree_model_param: Record<string, string> };
    };
  };
  version: number[];
}

function changed(change: (model: Model, tree: Tree) => void): () => unknown {
  const model = JSON.parse(fixture('booster-json.json').toString()) as Model;
  change(model, model.learner.gradient_booster.model.trees[1]);
  return () => boosterEvaluator(readXgboost(Buffer.from(JSON.stringify(model))));
}

describe('a damaged model is refused, naming what is wrong', () => {
  it.each<[string, (model: Model, tree: Tree) => void]>([
    ['has the child 99, but the tree has', (_, tree) => (tree.left_children[0] = 99)],
    ['has the child -5, but the tree has', (_, tree) => (tree.right_children[0] = -5)],
    ['node 0 has two parents or is its own ancestor', (_, tree) => (tree.left_children[1] = 0)],
    ['node 0 splits on feature 6, but the model has 6', (_, tree) => (tree.split_indices[0] = 6)],
    ['split_indices has', (_, tree) => tree.split_indices.pop()],
    ['default_left has', (_, tree) => tree.default_left.push(1)],
    ['a node splits on categories that are missing', (_, tree) => (tree.split_type[0] = 1)],
    ['num_nodes is "0", where a whole number from 1', (_, tree) => (tree.tree_param['num_nodes'] = '0')],
    ['split_conditions is a list of', (_, tree) => (tree.split_conditions = ['x'])],
    ['tree_info has', (model) => model.learner.gradient_booster.model.tree_info.pop()],
    ['tree 0 belongs to output 3 of 1', (model) => (model.learner.gradient_booster.model.tree_info[0] = 3)],
    [
      'num_trees is 99, but there are 12 trees',
      (model) => (model.learner.gradient_booster.model.gbtree_model_param['num_trees'] = '99'),
    ],
    ['num_feature is "-1"', (model) => (model.learner.learner_model_param['num_feature'] = '-1')],
    ['num_class is "99999999"', (model) => (model.learner.learner_model_param['num_class'] = '99999999')],
    [
      'tree 0 is over 6 features, the model over 0',
      (model) => (model.learner.learner_model_param['num_feature'] = '0'),
    ],
    ['base_score is "many"', (model) => (model.learner.learner_model_param['base_score'] = 'many')],
    [
      'base_score has 2 values for 1 outputs',
      (model) => (model.learner.learner_model_param['base_score'] = '[1,2]'),
    ],
    ['feature_names has 1 entries for 6 features', (model) => (model.learner.feature_names = ['a'])],
    ['objective "my:own" is not one of XGBoost\'s', (model) => (model.learner.objective.name = 'my:own')],
    ['the booster "other" is not known', (model) => (model.learner.gradient_booster.name = 'other')],
    ['weight_drop is missing', (model) => (model.learner.gradient_booster.name = 'dart')],
    ['version has 1 values', (model) => (model.version = [2])],
  ])('%s', (message, change) => {
    expect(changed((model, tree) => change(model, tree))).toThrow(message);
  });

  it.each(['booster-model.model', 'booster-ubj.ubj', 'booster-json.json'])(
    '%s cut short anywhere',
    (name) => {
      const bytes = fixture(name);
      for (let length = 160; length < bytes.length - 8; length += 97)
        expect(() => boosterEvaluator(readXgboost(bytes.subarray(0, length)))).toThrow(
          /damaged XGBoost model/,
        );
    },
  );

  it('lengths in the binary form that are beyond the file', () => {
    const bytes = Buffer.from(fixture('booster-model.model'));
    bytes.writeInt32LE(2 ** 30, 4 + 136 + 8 + 'binary:logistic'.length + 8 + 'gbtree'.length + 160 + 4);
    expect(() => readXgboost(bytes)).toThrow(
      'damaged XGBoost model: the file ends early: 21474836480 bytes were expected',
    );
  });
});
