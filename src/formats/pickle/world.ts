import { ModelFileError } from '../../inference/model.js';
import { PyDict, PyFunction, PyObject, type PyValue } from './values.js';
import { admit, sparseFormat, type Admission } from './admission.js';
import type { Construct } from './construct.js';
import { constructorOf } from './constructors.js';
import { isFileWrapper } from './joblib-array.js';
import type { Libraries } from './libraries.js';
import type { Budget } from './limits.js';
import type { World } from './machine.js';
import { callRefusal, refusal } from './refusals.js';
import { emptySparse } from './sparse.js';
import { build } from './states.js';

const OBJECT_COST = 250;

interface Known {
  readonly callee: PyFunction;
  readonly admission: Admission;
  readonly construct: Construct | undefined;
}

/** The world of a model file: only names on the closed list. */
export class ClosedWorld implements World {
  private readonly known = new Map<string, Known>();
  readonly build = build;

  constructor(protected readonly libraries: Libraries) {}

  find(module: string, name: string): PyFunction {
    const full = `${module}.${name}`;
    let known = this.known.get(full);
    if (known === undefined) {
      if (isFileWrapper(full)) throw filesBeside();
      const admission = admit(module, name, this.libraries);
      if (admission === undefined) throw refusal(full);
      known = { callee: new PyFunction(full), admission, construct: constructorOf(full) };
      this.known.set(full, known);
    }
    return known.callee;
  }

  call(callee: PyFunction, args: readonly PyValue[], budget: Budget): PyValue {
    const known = this.known.get(callee.name);
    if (known?.construct !== undefined) {
      return known.construct(args, {
        budget,
        find: (module, name) => this.find(module, name),
        instance: (cls, given) => this.instance(cls, given, budget),
      });
    }
    if (known?.admission !== 'class') throw callRefusal(callee.name);
    return this.instance(callee, args, budget);
  }

  instance(callee: PyFunction, args: readonly PyValue[], budget: Budget): PyValue {
    const known = this.known.get(callee.name);
    if (known?.construct !== undefined) return this.call(callee, args, budget);
    // scikit-learn has lower-case classes (make_column_selector), so an object with a lower-case class name is data
    // too.
    if (known?.admission !== 'class' && this.libraries.of(callee.name) === undefined)
      throw callRefusal(callee.name);
    budget.heap(OBJECT_COST);
    const format = sparseFormat(callee.name);
    if (format !== undefined) return emptySparse(format);
    if (callee.name.endsWith('.Bunch')) return args[0] instanceof PyDict ? args[0] : new PyDict();
    return instanceOf(callee.name, args);
  }
}

function filesBeside(): ModelFileError {
  return new ModelFileError(
    'this joblib file keeps its arrays in separate files; write it again with joblib.dump',
  );
}

/** Parameters of Tree's constructor (sklearn/tree/_tree.pyx). */
const TREE_ARGUMENTS = ['n_features', 'n_classes', 'n_outputs'];

function instanceOf(className: string, args: readonly PyValue[]): PyObject {
  const object = new PyObject(className);
  if (/^sklearn\..*\._?tree\.Tree$/.test(className)) {
    TREE_ARGUMENTS.slice(0, args.length).forEach((name, k) => object.attributes.set(name, args[k]));
  }
  object.constructorArguments = args;
  return object;
}
