import { number, refuse, requireOption } from '../../pickle/attributes.js';
import type { Table } from '../../../inference/tabular/evaluator.js';
import { numbersOf } from '../../../inference/numeric/numeric.js';
import type { PyObject } from '../../pickle/values.js';
import { NeighborHeap } from '../../../inference/neighbors/heap.js';
import { searchOf, type NeighborSearch } from './search.js';

/** The training rows that answer for one row, each with its weight: the first `count` of buffers that are used again. */
export interface Neighborhood {
  readonly samples: Int32Array;
  readonly weights: Float64Array;
  count: number;
}

/** Finds the training rows that answer for each row. */
export interface Neighborhoods {
  readonly search: NeighborSearch;
  readonly weighting: 'uniform' | 'distance';
  readonly visit: (x: Table, visitor: (row: number, neighborhood: Neighborhood) => void) => void;
}

/** The n_neighbors nearest training rows. */
export function nearestNeighborhoods(estimator: PyObject): Neighborhoods {
  const search = searchOf(estimator);
  const weighting = weightingOf(estimator);
  const size = number(estimator, 'n_neighbors');
  if (!(Number.isInteger(size) && size >= 1 && size <= search.samples.rows)) {
    refuse(estimator, `n_neighbors ${size} of ${search.samples.rows} training rows`);
  }
  return {
    search,
    weighting,
    visit: (x, visitor) => {
      const numbers = numbersOf(x, search.samples.columns);
      const heap = new NeighborHeap(size);
      const neighborhood = { samples: heap.samples, weights: new Float64Array(size), count: size };
      for (let row = 0; row < x.rows; row++) {
        heap.clear();
        search.nearest(numbers, row, heap);
        heap.sort();
        weigh(heap.reduced, neighborhood, weighting, search.metric.toDistance);
        visitor(row, neighborhood);
      }
    },
  };
}

/** The training rows within `radius`, its edge included; there may be none. */
export function radiusNeighborhoods(estimator: PyObject): Neighborhoods {
  const search = searchOf(estimator);
  const weighting = weightingOf(estimator);
  const { rows, columns, data } = search.samples;
  const reach = search.metric.toReduced(number(estimator, 'radius'));
  return {
    search,
    weighting,
    visit: (x, visitor) => {
      const numbers = numbersOf(x, columns);
      const reduced = new Float64Array(rows);
      const neighborhood = { samples: new Int32Array(rows), weights: new Float64Array(rows), count: 0 };
      for (let row = 0; row < x.rows; row++) {
        neighborhood.count = 0;
        for (let s = 0; s < rows; s++) {
          const distance = search.reduced(numbers, row * columns, data, s * columns, columns);
          if (!(distance <= reach)) continue;
          reduced[neighborhood.count] = distance;
          neighborhood.samples[neighborhood.count++] = s;
        }
        weigh(reduced, neighborhood, weighting, search.metric.toDistance);
        visitor(row, neighborhood);
      }
    },
  };
}

function weightingOf(estimator: PyObject): 'uniform' | 'distance' {
  return requireOption(estimator, 'weights', ['uniform', 'distance', null]) ?? 'uniform';
}

/** 1 for each, or 1 / distance; where some are at no distance, those alone count, 1 each. */
function weigh(
  reduced: Float64Array,
  neighborhood: Neighborhood,
  weighting: 'uniform' | 'distance',
  toDistance: (reduced: number) => number,
): void {
  const { weights, count } = neighborhood;
  if (weighting === 'uniform') {
    weights.fill(1, 0, count);
    return;
  }
  let coincident = false;
  for (let k = 0; k < count; k++) {
    weights[k] = 1 / toDistance(reduced[k]);
    coincident ||= weights[k] === Infinity;
  }
  if (coincident) for (let k = 0; k < count; k++) weights[k] = weights[k] === Infinity ? 1 : 0;
}
