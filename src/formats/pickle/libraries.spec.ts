import { describe, expect, it } from 'vitest';
import { Libraries } from './libraries.js';
import { entriesOf, type PickledLibrary } from './library.js';

const boosters: PickledLibrary = {
  package: 'boosters',
  title: 'Boosters',
  about: '',
  classes: /^boosters\.core\.Handle$/,
  references: /^boosters\.metrics\.\w+$/,
  estimators: [entriesOf('trees')('Booster', () => ({ nFeatures: 1 }))],
};
const libraries = new Libraries([boosters, { ...boosters, package: 'other', title: 'Other' }]);

describe('the libraries of pickles', () => {
  it.each([
    ['boosters.core.Handle', 'class'],
    ['boosters.sklearn.Booster', 'class'],
    ['boosters.metrics.rmse', 'reference'],
    ['boosters.core.run', undefined],
    ['boosters_evil.core.Handle', undefined],
    ['os.system', undefined],
  ])('admit %s as %s', (name, admission) => {
    expect(libraries.admit(name)).toBe(admission);
  });

  it('find an estimator wherever in its package it stands', () => {
    expect(libraries.entryOf('boosters.sklearn.Booster')).toBe(boosters.estimators[0]);
    expect(libraries.entryOf('evil.Booster')).toBeUndefined();
  });

  it('are listed for people', () => {
    expect(libraries.titles).toBe('Boosters or Other');
  });
});
