#!/usr/bin/env node
// npm links a bin only if its file is there at install time, which the build's is not in a checkout.
import '../dist/cli.js';
