#!/usr/bin/env node
// Starts the command line from dist/, which is built first where the sources are newer: in a clone, on a first start.
import { ensureBuilt } from '../scripts/ensure-built.mjs';

ensureBuilt();
await import('../dist/bundle/cli.js');
